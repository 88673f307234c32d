import { describe, expect, test } from '@jest/globals'
import type { Trade } from '@whalecast/events'
import { epochMs, makeTrade, minute } from '../testing/trades.ts'
import { WhaleTracker, type TrackerState, type WhaleRule } from './whales.ts'

const rule: WhaleRule = {
  queueSize: 3,
  windowMs: 5 * minute,
  minSizeE6: 100e6,
  eventMinPayoutE6: 10_000e6,
  metric: 'payout',
}
const empty: TrackerState = {
  tally: { seen: 0, discarded: 0, duplicates: 0, watermarkMs: 0 },
  trades: [],
}

function start(over: Partial<WhaleRule> = {}, state = empty) {
  const tracker = new WhaleTracker({ ...rule, ...over }, state)
  const known = new Set<string>()
  const isNew = (id: string) => !known.has(id) && known.add(id).size > 0
  return {
    tracker,
    send: (trades: readonly Trade[], nowMs = epochMs) => tracker.onTrades(trades, isNew, nowMs),
  }
}
const queueOf = (tracker: WhaleTracker, nowMs = epochMs) =>
  tracker.top(nowMs).map(({ trade }) => trade.trade_id)

describe('the minimum', () => {
  test.each([
    { note: '$99.99 payout', over: { count_e2: 9_999 }, metric: 'payout' as const, accepted: 0 },
    { note: '$100.00 payout', over: { count_e2: 10_000 }, metric: 'payout' as const, accepted: 1 },
    { note: 'cost of $99.20', over: { count_e2: 16_000 }, metric: 'cost' as const, accepted: 0 },
    {
      note: 'cost of $100.00',
      over: { count_e2: 20_000, yes_price_e4: 5_000 },
      metric: 'cost' as const,
      accepted: 1,
    },
    {
      note: 'cost to a NO taker of 38 cents',
      over: { count_e2: 20_000, taker_side: 'no' as const },
      metric: 'cost' as const,
      accepted: 0,
    },
    {
      note: '400 contracts at 99 cents, $79.60 at risk',
      over: { yes_price_e4: 9_900 },
      metric: 'risk' as const,
      accepted: 0,
    },
    {
      note: '100 contracts at 50 cents, $100 at risk',
      over: { count_e2: 10_000, yes_price_e4: 5_000 },
      metric: 'risk' as const,
      accepted: 1,
    },
  ])('$note by $metric: $accepted', ({ over, metric, accepted }) => {
    const { tracker, send } = start({ metric })
    const outcome = send([makeTrade(over)])
    expect(tracker.tally).toMatchObject({ seen: 1, discarded: 1 - accepted })
    expect(outcome.discarded).toBe(1 - accepted)
    expect(queueOf(tracker)).toHaveLength(accepted)
  })
})

describe('identity', () => {
  test('the same trade twice counts once, in one batch or two', () => {
    const { tracker, send } = start()
    const first = send([makeTrade(), makeTrade()])
    const second = send([makeTrade()])
    expect(first).toMatchObject({ newIds: ['trade-1'], duplicates: 1 })
    expect(second).toMatchObject({ newIds: [], duplicates: 1, added: [] })
    expect(tracker.tally).toMatchObject({ seen: 1, discarded: 0, duplicates: 2 })
    expect(queueOf(tracker)).toEqual(['trade-1'])
  })

  test('two trades of one market in one millisecond are two', () => {
    const { tracker, send } = start()
    send([makeTrade({ trade_id: 'a' }), makeTrade({ trade_id: 'b', yes_price_e4: 6_300 })])
    expect(tracker.tally.seen).toBe(2)
    expect(queueOf(tracker)).toEqual(['a', 'b'])
  })

  test('a trade of unknown side is kept', () => {
    const { tracker, send } = start()
    send([makeTrade({ taker_side: 'unknown' })])
    expect(tracker.top(epochMs)[0]?.trade.taker_side).toBe('unknown')
  })
})

describe('the window', () => {
  test('an entry is there one millisecond before the window ends, and not at its end', () => {
    const { tracker, send } = start()
    send([makeTrade()])
    expect(queueOf(tracker, epochMs + 5 * minute - 1)).toEqual(['trade-1'])
    expect(queueOf(tracker, epochMs + 5 * minute)).toEqual([])
  })

  test('a clock of the exchange that runs ahead keeps nothing longer than the window', () => {
    const { tracker, send } = start()
    send([makeTrade({ executed_at_ms: epochMs + 60 * minute, received_at_ms: epochMs })])
    expect(queueOf(tracker, epochMs + 5 * minute)).toEqual([])
  })

  test('what expired is removed from the store with the next batch', () => {
    const { tracker, send } = start()
    send([makeTrade()])
    const later = epochMs + 6 * minute
    const outcome = send([makeTrade({ trade_id: 'small', count_e2: 1, executed_at_ms: later })], later)
    expect(outcome).toMatchObject({ added: [], removed: ['trade-1'] })
    expect(tracker.held).toBe(0)
  })

  test('a trade far in the future of our clock removes nothing that is still inside', () => {
    const { tracker, send } = start()
    send([makeTrade()])
    send([makeTrade({ trade_id: 'future', count_e2: 1, executed_at_ms: epochMs + 60 * minute })], epochMs)
    expect(queueOf(tracker)).toEqual(['trade-1'])
  })
})

describe('what a batch changes', () => {
  test('prints that come and go within a batch leave no trace', () => {
    const { send } = start({ queueSize: 1 })
    const trades = [1, 2, 3].map((n) =>
      makeTrade({ trade_id: `t${n}`, count_e2: 10_000 * n, executed_at_ms: epochMs + n }),
    )
    const outcome = send(trades)
    expect(outcome.added.map(({ trade }) => trade.trade_id)).toEqual(['t3'])
    expect(outcome.removed).toEqual([])
  })

  test('a print pushed out by a later batch is removed', () => {
    const { send } = start({ queueSize: 1 })
    send([makeTrade({ trade_id: 'small' })])
    const outcome = send([makeTrade({ trade_id: 'large', count_e2: 90_000, executed_at_ms: epochMs + 1 })])
    expect(outcome.removed).toEqual(['small'])
  })

  test('whales are told in the order of their trades, by payout, inclusive', () => {
    const { send } = start()
    const { whales } = send([
      makeTrade({ trade_id: 'w1', count_e2: 1_000_000 }),
      makeTrade({ trade_id: 'not', count_e2: 999_999 }),
      makeTrade({ trade_id: 'w2', count_e2: 6_000_000 }),
    ])
    expect(whales.map(({ trade }) => trade.trade_id)).toEqual(['w1', 'w2'])
  })

  test('a whale below the minimum of another metric is told and still counted as discarded', () => {
    const { tracker, send } = start({ metric: 'cost', minSizeE6: 20_000e6 })
    const { whales } = send([makeTrade({ count_e2: 1_000_000 })])
    expect(whales).toHaveLength(1)
    expect(tracker.tally).toMatchObject({ seen: 1, discarded: 1 })
  })
})

describe('taking over', () => {
  test('a tracker with a stricter rule lets go of what no longer fits, and removes it from the store', () => {
    const { tracker, send } = start()
    send([makeTrade({ trade_id: 'a', count_e2: 20_000 }), makeTrade({ trade_id: 'b', count_e2: 90_000 })])
    const next = start({ minSizeE6: 500e6 }, tracker.state())
    expect(queueOf(next.tracker)).toEqual(['b'])
    expect(next.send([]).removed).toEqual(['a'])
    expect(next.send([]).removed).toEqual([])
  })
})
