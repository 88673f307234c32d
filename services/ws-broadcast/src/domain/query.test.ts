import { describe, expect, test } from '@jest/globals'
import { httpParameters } from '@whalecast/events'
import { isAtLeast, readQuery, select } from './query.ts'

const { limit, before, ticker, min_severity, orphaned_only } = httpParameters
const all = { limit, before, ticker, min_severity, orphaned_only }

describe('readQuery', () => {
  test('reads what was given and nothing else', () => {
    expect(
      readQuery({ limit: '500', ticker: 'KX-1.5', min_severity: 'S3', orphaned_only: 'false' }, all),
    ).toEqual({ limit: 500, ticker: 'KX-1.5', min_severity: 'S3', orphaned_only: false })
    expect(readQuery({}, all)).toEqual({})
  })

  test('what may be a text is left one, also where it spells a number', () => {
    expect(readQuery({ ticker: '2026', before: '17' }, all)).toEqual({ ticker: '2026', before: '17' })
  })

  test.each<{ readonly query: Readonly<Record<string, unknown>>; readonly message: string }>([
    { query: { limit: '0' }, message: 'limit: a whole number from 1 to 500' },
    { query: { limit: '501' }, message: 'limit: a whole number' },
    { query: { limit: '1e2' }, message: 'limit: a whole number' },
    { query: { limit: 'true' }, message: 'limit: a whole number' },
    { query: { limit: ['1', '2'] }, message: 'limit: give it once' },
    { query: { ticker: 'a b' }, message: 'ticker: the ticker of a market' },
    { query: { before: '' }, message: 'before: the id of an entry' },
    { query: { min_severity: 'S9' }, message: 'min_severity: one of S1, S2, S3, S4' },
    { query: { orphaned_only: 'yes' }, message: 'orphaned_only: true or false' },
    { query: { token: 'secret' }, message: 'there is no such parameter; there are: limit' },
    { query: { toString: '1' }, message: 'there is no such parameter' },
  ])('$message', ({ query, message }) => {
    expect(() => readQuery(query, all)).toThrow(message)
    expect(() => readQuery(query, all)).not.toThrow('secret')
  })
})

const entry = (id: string, atMs: number, market = 'KXA') => ({ whale_id: id, market_ticker: market, atMs })
const entries = [entry('d', 40), entry('c', 30, 'KXB'), entry('b', 30), entry('a', 10)]

describe('select', () => {
  test.each([
    { note: 'the newest', selection: { limit: 2 }, ids: ['d', 'c'] },
    { note: 'of a market', selection: { limit: 9, ticker: 'KXB' }, ids: ['c'] },
    { note: 'before a moment', selection: { limit: 9, before: '30' }, ids: ['a'] },
    { note: 'before an entry, also of the same moment', selection: { limit: 1, before: 'c' }, ids: ['b'] },
  ])('$note', ({ selection, ids }) => {
    const found = select(entries, { ...selection, atMs: ({ atMs }) => atMs })
    expect(found.map(({ whale_id }) => whale_id)).toEqual(ids)
  })

  test('an entry that is not held any more cannot be looked back from', () => {
    expect(() => select(entries, { limit: 1, before: 'z', atMs: () => 0 })).toThrow('before: no such entry')
  })
})

test('severities have an order', () => {
  expect(isAtLeast('S3', 'S2')).toBe(true)
  expect(isAtLeast('S2', 'S2')).toBe(true)
  expect(isAtLeast('S1', 'S2')).toBe(false)
})
