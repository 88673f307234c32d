import { describe, expect, test } from '@jest/globals'
import type { Filter, WireChannelName } from '@whalecast/events'
import type { Facets } from './facets.ts'
import { compileFilter, normaliseFilter } from './filters.ts'

type Row = { note: string; name: WireChannelName; filter: Filter }

describe('normaliseFilter', () => {
  test.each<Row & { expected: Filter | undefined }>([
    { note: 'nothing asked', name: 'whales', filter: {}, expected: undefined },
    { note: 'any size', name: 'tape', filter: { min_size_dollars: 0 }, expected: undefined },
    { note: 'the least severity', name: 'whales', filter: { min_severity: 'S1' }, expected: undefined },
    { note: 'as grave as info', name: 'system', filter: { min_severity: 'success' }, expected: undefined },
    {
      note: 'a least severity is a list',
      name: 'whales',
      filter: { min_severity: 'S3' },
      expected: { severity: ['S3', 'S4'] },
    },
    {
      note: 'both severities have to hold',
      name: 'whales',
      filter: { severity: ['S4', 'S1', 'S4'], min_severity: 'S2' },
      expected: { severity: ['S4'] },
    },
    {
      note: 'severities in one order',
      name: 'system',
      filter: { severity: ['error', 'info'] },
      expected: { severity: ['info', 'error'] },
    },
    {
      note: 'prefixes that another covers',
      name: 'decisions',
      filter: { ticker_prefix: ['KXNFL', 'KXB', 'KXNFLGAME', 'KXB'] },
      expected: { ticker_prefix: ['KXB', 'KXNFL'] },
    },
  ])('$note', ({ name, filter, expected }) => {
    expect(normaliseFilter(name, filter)).toEqual({ ok: true, filter: expected })
  })

  test.each<Row & { message: string }>([
    { note: 'no size', name: 'system', filter: { min_size_dollars: 1 }, message: 'min_size_dollars' },
    { note: 'no severity', name: 'tape', filter: { min_severity: 'S2' }, message: 'min_severity' },
    { note: 'no filter at all', name: 'health', filter: { ticker_prefix: ['KX'] }, message: 'ticker_prefix' },
    { note: 'whales are no errors', name: 'whales', filter: { severity: ['error'] }, message: 'S1, S2' },
    { note: 'activities are no whales', name: 'system', filter: { min_severity: 'S2' }, message: 'info' },
    {
      note: 'nothing passes',
      name: 'whales',
      filter: { min_severity: 'S3', severity: ['S2'] },
      message: 'nothing',
    },
  ])('refused: $note', ({ name, filter, message }) => {
    expect(normaliseFilter(name, filter)).toEqual({ ok: false, message: expect.stringContaining(message) })
  })
})

describe('compileFilter', () => {
  const whale: Facets = { ticker: 'KXNFL-1', sizeDollars: 500, severity: 'S2' }
  test.each<{ note: string; filter: Filter; facets: Facets; expected: boolean }>([
    { note: 'as large', filter: { min_size_dollars: 500 }, facets: whale, expected: true },
    { note: 'smaller', filter: { min_size_dollars: 500.01 }, facets: whale, expected: false },
    { note: 'of unknown size', filter: { min_size_dollars: 1 }, facets: {}, expected: false },
    { note: 'one of the list', filter: { severity: ['S2', 'S3'] }, facets: whale, expected: true },
    { note: 'none of the list', filter: { severity: ['S3'] }, facets: whale, expected: false },
    { note: 'begins so', filter: { ticker_prefix: ['KXB', 'KXNFL'] }, facets: whale, expected: true },
    { note: 'begins otherwise', filter: { ticker_prefix: ['XNFL'] }, facets: whale, expected: false },
    { note: 'of no market', filter: { ticker_prefix: ['KX'] }, facets: {}, expected: false },
    {
      note: 'all of it has to hold',
      filter: { min_size_dollars: 1, severity: ['S2'], ticker_prefix: ['KXB'] },
      facets: whale,
      expected: false,
    },
  ])('$note', ({ filter, facets, expected }) => {
    expect(compileFilter(filter)(facets)).toBe(expected)
  })
})
