import { describe, expect, test } from '@jest/globals'
import { epochMs, makeTrade } from '../testing/trades.ts'
import { decodeState, encodeChanges } from './stored-state.ts'

const tally = { seen: 9, discarded: 4, duplicates: 2, watermarkMs: epochMs }
const none = { seen: 0, discarded: 0, duplicates: 0, watermarkMs: 0 }

describe('the stored state', () => {
  test('what was encoded is decoded', () => {
    const trade = makeTrade()
    const { set, del } = encodeChanges(tally, {
      added: [{ trade, sizeE6: 1, expiresAtMs: 2 }],
      removed: ['gone'],
    })
    expect(del).toEqual(['print:gone'])
    expect(decodeState(new Map(Object.entries(set)))).toEqual({
      state: { tally, trades: [trade] },
      unreadable: [],
    })
  })

  test('an empty partition is a tracker that has seen nothing', () => {
    expect(decodeState(new Map())).toEqual({ state: { tally: none, trades: [] }, unreadable: [] })
  })

  test.each([
    { note: 'not JSON', field: 'print:x', text: '{' },
    {
      note: 'a trade without its id',
      field: 'print:x',
      text: JSON.stringify({ ...makeTrade(), trade_id: '' }),
    },
    { note: 'a tally that is a list', field: 'tally', text: '[]' },
    { note: 'a tally below zero', field: 'tally', text: JSON.stringify({ ...tally, seen: -1 }) },
    {
      note: 'a tally that does not add up',
      field: 'tally',
      text: JSON.stringify({ ...tally, discarded: 10 }),
    },
  ])('$note costs that field only', ({ field, text }) => {
    const fields = new Map([
      ['print:trade-1', JSON.stringify(makeTrade())],
      [field, text],
    ])
    const { state, unreadable } = decodeState(fields)
    expect(unreadable).toEqual([field])
    expect(state).toEqual({ tally: none, trades: [makeTrade()] })
  })

  test('fields of other owners are left alone', () => {
    expect(decodeState(new Map([['later', 'x']])).unreadable).toEqual([])
  })
})
