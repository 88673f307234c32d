import { expect, test } from '@jest/globals'
import type { Market } from '@whalecast/events'
import type { MarketLifecycle } from '@whalecast/kalshi'
import { fromLifecycle } from './market-lifecycle.ts'

const step: MarketLifecycle = {
  market_ticker: 'M',
  event_type: 'created',
  event_ticker: 'E',
  title: 'Will it rain?',
  sub_title: 'Rain',
  close_at_ms: 5,
  result: null,
  settlement_e4: null,
}
const bare = { ...step, event_ticker: null, title: null, sub_title: null, close_at_ms: null }
const known: Market = {
  market_ticker: 'M',
  event_ticker: 'E',
  title: 'Will it rain?',
  sub_title: 'Rain',
  status: 'initialized',
  close_at_ms: 5,
}

test.each([
  { note: 'a market is born', step, before: undefined, expected: known },
  { note: 'born without a title', step: bare, before: undefined, expected: undefined },
  {
    note: 'a step of a stranger',
    step: { ...step, event_type: 'settled' as const },
    before: undefined,
    expected: undefined,
  },
  {
    note: 'activated',
    step: { ...bare, event_type: 'activated' as const },
    before: known,
    expected: { ...known, status: 'active' },
  },
  {
    note: 'paused',
    step: { ...bare, event_type: 'deactivated' as const },
    before: known,
    expected: { ...known, status: 'inactive' },
  },
  {
    note: 'decided',
    step: { ...bare, event_type: 'determined' as const, result: 'yes', settlement_e4: 10_000 },
    before: known,
    expected: { ...known, status: 'determined', result: 'yes', settlement_e4: 10_000 },
  },
  {
    note: 'settled',
    step: { ...bare, event_type: 'settled' as const },
    before: known,
    expected: { ...known, status: 'finalized' },
  },
  {
    note: 'closes later',
    step: { ...bare, event_type: 'close_date_updated' as const, close_at_ms: 9 },
    before: known,
    expected: { ...known, close_at_ms: 9 },
  },
  {
    note: 'renamed',
    step: { ...bare, event_type: 'metadata_updated' as const, sub_title: 'Rain or snow' },
    before: known,
    expected: { ...known, sub_title: 'Rain or snow' },
  },
  {
    note: 'a step of a name we do not know',
    step: { ...bare, event_type: 'unknown' as const },
    before: known,
    expected: known,
  },
])('$note', ({ step: now, before, expected }) => {
  expect(fromLifecycle(now, before)).toEqual(expected)
})
