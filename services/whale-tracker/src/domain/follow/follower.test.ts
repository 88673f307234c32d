import { describe, expect, test } from '@jest/globals'
import {
  decisionSchema,
  followSchema,
  type Decision,
  type OrderResult,
  type WhaleEntry,
} from '@whalecast/events'
import { sampleAccount, sampleOrder, samplePosition } from '@whalecast/events/testing'
import { followRule, makeBook, makeHealth, makeResult, makeWhale } from '../../testing/following.ts'
import { epochMs } from '../../testing/trades.ts'
import { Follower, type Step } from './follower.ts'
import { toQuote } from './quote.ts'
import { restore, type Told } from './restore.ts'

type Order = Extract<Step, { type: 'order' }>

/** A follower in a world in which nothing speaks against following. */
class Scene {
  readonly decisions: Decision[] = []
  readonly orders: Order[] = []
  readonly follower: Follower
  /** Markets without an entry have a good book. */
  readonly books = new Map<string, ReturnType<typeof toQuote>>()

  constructor(over: Partial<typeof followRule> = {}, log: readonly Told[] = [], nowMs = epochMs) {
    const rule = { ...followRule, ...over }
    const orderIdOf = (whaleId: string) => `id-${whaleId}`
    this.follower = new Follower({ rule, restored: restore(log, undefined), orderIdOf, nowMs })
    this.follower.onHealth(makeHealth('ready', nowMs))
    this.follower.onAccount(sampleAccount({ synced_at_ms: nowMs }), nowMs)
  }

  see(whales: readonly WhaleEntry[], nowMs = epochMs): void {
    this.follower.onQueue({ queue: [...whales] }, nowMs)
  }

  /** One look; answers what was decided in it. */
  look(nowMs: number): string[] {
    const tickers = this.follower.wantedBooks(nowMs)
    const quotes = new Map(
      tickers.map((ticker) => [
        ticker,
        this.books.has(ticker) ? this.books.get(ticker) : toQuote(makeBook(ticker), epochMs),
      ]),
    )
    const steps = this.follower.step(nowMs, quotes)
    return steps.flatMap((step) => {
      if (step.type === 'order') this.orders.push(step)
      if (step.type !== 'decide') return []
      expect(decisionSchema.parse(step.decision)).toEqual(step.decision)
      this.decisions.push(step.decision)
      this.follower.onTold(step.decision)
      return `${step.decision.whale_id} ${step.decision.action}`
    })
  }

  answer(over: Partial<OrderResult> = {}): void {
    this.follower.onResult(makeResult(over))
  }

  stats(nowMs = epochMs) {
    const view = this.follower.view(nowMs)
    expect(followSchema.parse(view)).toEqual(view)
    return view.stats
  }
}

describe('a whale', () => {
  test('is followed: one order, and one decision when its result comes', () => {
    const scene = new Scene()
    scene.see([makeWhale('w')])
    expect(scene.look(epochMs + 500)).toEqual([])
    expect(scene.orders).toEqual([
      {
        type: 'order',
        whaleId: 'w',
        order: {
          client_order_id: 'id-w',
          market_ticker: 'KX-w',
          title: 'Will w?',
          side: 'yes',
          price_e4: 6_200,
          count_e2: 500,
          requested_at_ms: epochMs + 500,
          valid_until_ms: epochMs + 10_000,
          whale_size_dollars: 400,
          whale_at_ms: epochMs,
        },
      },
    ])
    scene.see([makeWhale('w')])
    expect(scene.look(epochMs + 600)).toEqual([])
    scene.answer({ filled_e2: 300, remaining_e2: 200, average_price_e4: 6_100 })
    expect(scene.look(epochMs + 700)).toEqual(['w followed'])
    expect(scene.decisions[0]).toMatchObject({
      order_id: 'order-1',
      client_order_id: 'id-w',
      age_seconds: 0.5,
    })
    expect(scene.follower.view(epochMs + 2_000).followed_whales).toEqual([
      {
        whale_id: 'w',
        order_id: 'order-1',
        market_ticker: 'KX-w',
        title: 'Will w?',
        side: 'yes',
        our_count: 5,
        filled_count: 3,
        price_cents: 61.4,
        cost_dollars: 3.07,
        payout_dollars: 5,
        whale_size_dollars: 400,
        placed_at_ms: epochMs,
        age_seconds: 2,
      },
    ])
    scene.answer()
    expect(scene.look(epochMs + 800)).toEqual([])
    expect(scene.orders).toHaveLength(1)
  })

  test.each([
    { result: { status: 'rejected', reason: 'insufficient balance' } },
    { result: { status: 'expired', reason: 'too late' } },
    { result: { status: 'placed', filled_e2: 0, remaining_e2: 0 } },
  ] as const)('is failed when its order is $result.status with nothing bought', ({ result }) => {
    const scene = new Scene()
    scene.see([makeWhale('w')])
    scene.look(epochMs)
    scene.answer(result)
    expect(scene.look(epochMs)).toEqual(['w failed'])
    expect(scene.follower.view(epochMs).followed_whales).toEqual([])
  })

  test('whose order nobody answers is asked about, never ordered again, and failed in the end', () => {
    const scene = new Scene()
    scene.see([makeWhale('w')])
    scene.look(epochMs)
    scene.answer({ status: 'unknown' })
    const asks = [4_999, 5_000, 9_000, 10_000].map(
      (afterMs) =>
        scene.follower.step(epochMs + afterMs, new Map()).filter(({ type }) => type === 'ask').length,
    )
    expect(asks).toEqual([0, 1, 0, 1])
    expect(scene.look(epochMs + 70_000)).toEqual([])
    expect(scene.look(epochMs + 70_001)).toEqual(['w failed'])
    expect(scene.orders).toHaveLength(1)
  })

  test.each([
    { state: 'initializing', account: {}, reason: /not ready: initializing/ },
    { state: 'error', account: {}, reason: /not ready: error/ },
    { state: 'ready', account: { synced_at_ms: epochMs - 60_001 }, reason: /not read for more than 60 s/ },
  ] as const)('waits while the system is $state: $reason', ({ state, account, reason }) => {
    const scene = new Scene()
    scene.follower.onHealth(makeHealth(state))
    scene.follower.onAccount(sampleAccount(account), epochMs)
    scene.see([makeWhale('w')])
    expect(scene.look(epochMs)).toEqual([])
    expect(scene.follower.sizes.pending).toBe(1)
    expect(scene.follower.view(epochMs)).toMatchObject({
      active: false,
      reason: expect.stringMatching(reason),
    })
    scene.follower.onHealth(makeHealth('ready', epochMs + 9_000))
    scene.follower.onAccount(sampleAccount({ synced_at_ms: epochMs + 9_000 }), epochMs + 9_000)
    scene.look(epochMs + 9_000)
    expect(scene.orders).toHaveLength(1)
  })

  test('that waits for too long is decided by its age', () => {
    const scene = new Scene()
    scene.follower.onHealth(makeHealth('initializing', epochMs + 10_000))
    scene.see([makeWhale('w')])
    expect(scene.look(epochMs + 10_000)).toEqual([])
    expect(scene.look(epochMs + 10_001)).toEqual(['w skipped_age'])
  })

  test('health that nobody renews is no health', () => {
    const scene = new Scene()
    scene.follower.onAccount(sampleAccount({ synced_at_ms: epochMs + 20_000 }), epochMs)
    scene.see([makeWhale('w', { timestamp_ms: epochMs + 20_000 })], epochMs + 20_000)
    scene.look(epochMs + 20_000)
    expect(scene.orders).toEqual([])
    expect(scene.follower.view(epochMs + 15_001).reason).toBe('the system is not ready: unknown')
  })

  test('waits a moment for its book, and is judged by it', () => {
    const scene = new Scene()
    scene.books.set('KX-w', undefined)
    scene.see([makeWhale('w')])
    expect(scene.look(epochMs)).toEqual([])
    expect(scene.look(epochMs + 2_999)).toEqual([])
    scene.books.set('KX-w', toQuote(makeBook('KX-w', 50, 62), epochMs))
    expect(scene.look(epochMs + 2_999)).toEqual(['w skipped_spread'])
  })
})

test('a book that does not come is not waited for for ever', () => {
  const scene = new Scene()
  scene.books.set('KX-w', undefined)
  scene.see([makeWhale('w')])
  expect(scene.look(epochMs + 1_000)).toEqual([])
  expect(scene.look(epochMs + 4_000)).toEqual(['w skipped_spread'])
})

describe('the rate', () => {
  const four = ['a', 'b', 'c', 'd'].map((id, index) =>
    makeWhale(id, { whale_size_dollars: 400 - index, timestamp_ms: epochMs }),
  )

  test('the largest three at once, the fourth when a token comes back, without another trade', () => {
    const scene = new Scene({ maxAgeMs: 60_000 })
    scene.see(four.toReversed())
    scene.look(epochMs)
    expect(scene.orders.map(({ whaleId }) => whaleId)).toEqual(['a', 'b', 'c'])
    for (const afterMs of [1, 10_000, 14_999]) scene.look(epochMs + afterMs)
    scene.follower.onHealth(makeHealth('ready', epochMs + 19_999))
    expect(scene.look(epochMs + 19_999)).toEqual([])
    expect(scene.stats()).toMatchObject({ whales_detected: 0, tokens_remaining: 0, token_refill_seconds: 20 })
    scene.look(epochMs + 20_000)
    expect(scene.orders.map(({ whaleId }) => whaleId)).toEqual(['a', 'b', 'c', 'd'])
  })

  test('a whale that never gets a token is limited by the rate, once, when its age runs out', () => {
    const scene = new Scene()
    scene.see(four)
    scene.look(epochMs)
    expect(scene.look(epochMs + 10_000)).toEqual([])
    expect(scene.look(epochMs + 10_001)).toEqual(['d rate_limited'])
    expect(scene.look(epochMs + 10_002)).toEqual([])
  })
})

describe('what is at stake', () => {
  test('a market in which something is held or wanted is left alone', () => {
    const scene = new Scene()
    scene.follower.onAccount(
      sampleAccount({ positions: [samplePosition('KX-held')], orders: [sampleOrder('KX-wanted')] }),
      epochMs,
    )
    scene.see([makeWhale('held'), makeWhale('wanted')])
    expect(scene.look(epochMs)).toEqual(['held skipped_position', 'wanted skipped_orders'])
  })

  test.each([
    { held: -500, side: 'yes' },
    { held: -500, side: 'no' },
    { held: 500, side: 'no' },
  ] as const)('a whale of $side is left alone where $held hundredths of YES are held', ({ held, side }) => {
    const scene = new Scene()
    const positions = [samplePosition('KX-w', { position_e2: held })]
    scene.follower.onAccount(sampleAccount({ positions }), epochMs)
    scene.see([makeWhale('w', { side, price_cents: side === 'yes' ? 62 : 40 })])
    expect(scene.look(epochMs)).toEqual(['w skipped_position'])
  })

  test('what is held of NO uses up the portfolio like YES', () => {
    const positions = [samplePosition('KX-held', { position_e2: -1_000, cost_e6: 6.2e6 })]
    for (const [maxPortfolioE6, decided] of [
      [9.3e6, []],
      [9.29e6, ['w skipped_limit']],
    ] as const) {
      const scene = new Scene({ maxPortfolioE6 })
      scene.follower.onAccount(sampleAccount({ positions }), epochMs)
      scene.see([makeWhale('w')])
      expect(scene.look(epochMs)).toEqual(decided)
    }
  })

  test('a snapshot from before an order cannot double a position', () => {
    const scene = new Scene()
    scene.see([makeWhale('w')])
    scene.look(epochMs)
    scene.see([makeWhale('second', { market_ticker: 'KX-w' })])
    expect(scene.look(epochMs)).toEqual(['second skipped_orders'])
    scene.answer()
    scene.look(epochMs + 100)
    scene.follower.onAccount(sampleAccount({ synced_at_ms: epochMs + 5_000 }), epochMs + 5_000)
    scene.see([makeWhale('third', { market_ticker: 'KX-w', timestamp_ms: epochMs + 5_000 })])
    expect(scene.look(epochMs + 5_000)).toEqual(['third skipped_position'])
    scene.follower.onAccount(sampleAccount({ synced_at_ms: epochMs + 5_101 }), epochMs + 5_101)
    scene.see([makeWhale('fourth', { market_ticker: 'KX-w', timestamp_ms: epochMs + 5_101 })])
    scene.look(epochMs + 5_101)
    expect(scene.orders.map(({ whaleId }) => whaleId)).toEqual(['w', 'fourth'])
  })

  test('orders under way count against the portfolio before the account shows them', () => {
    const scene = new Scene({ maxPortfolioE6: 6.2e6 })
    scene.see([makeWhale('a'), makeWhale('b'), makeWhale('c')])
    expect(scene.look(epochMs)).toEqual(['c skipped_limit'])
    expect(scene.orders).toHaveLength(2)
  })

  test('a loss halts following until the next day; a deposit or a withdrawal is none', () => {
    const scene = new Scene({ maxAgeMs: 86_400_000 })
    const withdrawn = sampleAccount({ balance_e6: 100e6, traded_cash_e6: 0 })
    scene.follower.onAccount(withdrawn, epochMs)
    expect(scene.follower.view(epochMs).active).toBe(true)
    scene.follower.onAccount(sampleAccount({ traded_cash_e6: -100e6 }), epochMs)
    scene.see([makeWhale('w')])
    expect(scene.look(epochMs)).toEqual(['w halted'])
    expect(scene.follower.view(epochMs)).toMatchObject({ active: false, reason: /lost today/ })
    const tomorrow = epochMs - (epochMs % 86_400_000) + 86_400_000
    expect(scene.follower.view(tomorrow).day).toMatchObject({ realized_pnl_e6: 0, started_at_ms: tomorrow })
  })

  test('failures in a row halt following; after a rest one is tried, and a success ends it', () => {
    const scene = new Scene({ maxFailures: 2, tradesPerMinute: 100 })
    const fail = (id: string, nowMs: number, status: OrderResult['status']) => {
      scene.follower.onHealth(makeHealth('ready', nowMs))
      scene.follower.onAccount(sampleAccount({ synced_at_ms: nowMs }), nowMs)
      scene.see([makeWhale(id, { timestamp_ms: nowMs }), makeWhale(`${id}2`, { timestamp_ms: nowMs })], nowMs)
      const decided = scene.look(nowMs)
      for (const each of [id, `${id}2`])
        scene.answer({ client_order_id: `id-${each}`, whale_id: each, status })
      return [...decided, ...scene.look(nowMs)]
    }
    expect(fail('a', epochMs, 'rejected')).toEqual(['a failed', 'a2 failed'])
    expect(fail('b', epochMs + 1_000, 'placed')).toEqual(['b halted', 'b2 halted'])
    const rested = epochMs + 600_000
    expect(fail('c', rested, 'rejected')).toEqual(['c2 halted', 'c failed'])
    expect(fail('d', rested + 600_000, 'placed')).toEqual(['d2 halted', 'd followed'])
    expect(fail('e', rested + 601_000, 'placed')).toEqual(['e followed', 'e2 followed'])
  })
})

test('ten thousand whales: all judged once, what is remembered is bounded, the counts add up', () => {
  const scene = new Scene()
  const decided: string[] = []
  for (let index = 0; index < 10_000; index += 10) {
    const nowMs = epochMs + index * 10
    const whales = Array.from({ length: 10 }, (_, n) =>
      makeWhale(`w${index + n}`, { timestamp_ms: nowMs - 20_000 }),
    )
    scene.see(whales, nowMs)
    decided.push(...scene.look(nowMs), ...scene.look(nowMs))
    const { pending, judged, followed, markets } = scene.follower.sizes
    expect(Math.max(pending, judged, followed, markets)).toBeLessThanOrEqual(1_000)
  }
  expect(new Set(decided).size).toBe(10_000)
  expect(decided).toHaveLength(10_000)
  const { whales_detected, whales_followed, whales_skipped, failed, by_action } = scene.stats(epochMs)
  expect(whales_detected).toBe(10_000)
  expect(whales_followed + whales_skipped + failed).toBe(whales_detected)
  expect(Object.values(by_action).reduce((sum, count) => sum + count, 0)).toBe(whales_detected)
})

test('twelve hundred are followed: a thousand are remembered, the newest hundred shown', () => {
  const scene = new Scene({ tradesPerMinute: 1e6, maxDailyTrades: 1e6, maxPortfolioE6: 1e15 })
  for (let index = 0; index < 1_200; index += 10) {
    const nowMs = epochMs + index
    const ids = Array.from({ length: 10 }, (_, n) => `w${index + n}`)
    scene.follower.onAccount(sampleAccount({ balance_e6: 1e12, synced_at_ms: nowMs }), nowMs)
    scene.see(
      ids.map((id) => makeWhale(id, { timestamp_ms: nowMs })),
      nowMs,
    )
    scene.look(nowMs)
    for (const id of ids)
      scene.answer({ client_order_id: `id-${id}`, whale_id: id, market_ticker: `KX-${id}` })
    scene.look(nowMs)
  }
  expect(scene.stats(epochMs + 1_200)).toMatchObject({ whales_followed: 1_200 })
  const { underWay, followed, judged, markets } = scene.follower.sizes
  expect([underWay, followed, judged, markets]).toEqual([0, 1_000, 1_000, 1_000])
  const shown = scene.follower.view(epochMs + 1_200).followed_whales.map(({ whale_id }) => whale_id)
  expect([shown.length, shown[0]]).toEqual([100, 'w1199'])
})

test('what was judged more than an hour ago and is no longer shown is forgotten', () => {
  const scene = new Scene()
  scene.see([makeWhale('w', { timestamp_ms: epochMs - 20_000 })])
  scene.look(epochMs)
  scene.look(epochMs + 3_600_000)
  expect(scene.follower.sizes.judged).toBe(1)
  scene.look(epochMs + 3_600_001)
  expect(scene.follower.sizes.judged).toBe(0)
})

test('more whales than can wait are dropped, and that is counted', () => {
  const scene = new Scene()
  scene.follower.onHealth(makeHealth('initializing'))
  scene.see(Array.from({ length: 1_005 }, (_, n) => makeWhale(`w${n}`)))
  expect(scene.follower.sizes).toMatchObject({ pending: 1_000, dropped: 5 })
})

describe('after a restart', () => {
  const before = new Scene()
  before.see([makeWhale('done'), makeWhale('sent')])
  before.look(epochMs)
  before.answer({ client_order_id: 'id-done', whale_id: 'done' })
  before.look(epochMs)
  const [done, sent] = before.orders
  const begin = ({ whaleId, order }: Order): Told => ({
    type: 'whale_processing',
    data: { whale_id: whaleId, status: 'processing', action: null, order, timestamp_ms: epochMs },
  })
  const log: Told[] = [begin(done!), begin(sent!), { type: 'decision', data: before.decisions[0]! }]

  test('what was judged is not judged again, what was followed is known, its tokens are spent', () => {
    const scene = new Scene({}, log, epochMs + 1_000)
    scene.see([makeWhale('done')], epochMs + 1_000)
    scene.look(epochMs + 1_000)
    expect(scene.orders.map(({ whaleId }) => whaleId)).toEqual(['sent'])
    expect(scene.follower.view(epochMs + 1_000)).toMatchObject({
      stats: { tokens_remaining: 1, whales_detected: 0 },
      followed_whales: [{ whale_id: 'done', our_count: 5, filled_count: null, cost_dollars: 3.1 }],
      day: { trades: 2 },
    })
  })

  test('an order that was announced is asked for once more under its id while it is valid', () => {
    const scene = new Scene({}, log, epochMs + 1_000)
    scene.look(epochMs + 1_000)
    scene.look(epochMs + 1_050)
    expect(scene.orders).toEqual([sent])
    scene.answer({ client_order_id: 'id-sent', whale_id: 'sent' })
    expect(scene.look(epochMs + 2_000)).toEqual(['sent followed'])
  })

  test('an order that is no longer valid is only waited for', () => {
    const scene = new Scene({}, log, epochMs + 10_001)
    scene.see([makeWhale('sent')], epochMs + 10_001)
    expect(scene.look(epochMs + 10_001)).toEqual([])
    expect(scene.orders).toEqual([])
    expect(scene.look(epochMs + 70_001)).toEqual(['sent failed'])
  })

  test('a decision whose end was not told is finished', () => {
    expect(restore(log, undefined).unfinished).toEqual([{ whaleId: 'done', action: 'followed' }])
    const end: Told = {
      type: 'whale_processing',
      data: { whale_id: 'done', status: 'complete', action: 'followed', timestamp_ms: epochMs },
    }
    expect(restore([...log, end], undefined).unfinished).toEqual([])
  })
})
