import { describe, expect, test } from '@jest/globals'
import { connectRedisBus } from '@whalecast/bus'
import type { Trade } from '@whalecast/events'
import { ticks } from '@whalecast/runtime'
import { eventually, openPrivateRedis } from '@whalecast/testkit'
import { trackWhales } from '../src/service.ts'
import { makeContext } from '@whalecast/testkit'
import { makeTrade } from '../src/testing/trades.ts'

const rule = {
  queueSize: 10,
  windowMs: 300_000,
  minSizeE6: 100e6,
  eventMinPayoutE6: 10_000e6,
  metric: 'payout',
} as const

/** Every tenth is a whale, every second below the minimum; sizes differ, so that the queue is one list only. */
function makeTrades(from: number, to: number): Trade[] {
  return Array.from({ length: to - from }, (_, index) => {
    const n = from + index
    const countE2 = n % 10 === 0 ? 1_000_000 + n : n % 2 === 0 ? 20_000 + n : 100
    return makeTrade({ trade_id: `t${n}`, count_e2: countE2, executed_at_ms: Date.now() })
  })
}

describe('on Redis', () => {
  test('Redis is killed in the middle of the trades: nothing is lost, nothing counts twice', async () => {
    await using redis = await openPrivateRedis()
    const bus = await connectRedisBus({ url: redis.url, instance: 'tracker' })
    const source = await connectRedisBus({ url: redis.url, instance: 'source' })
    const stop = new AbortController()
    const ctx = makeContext()
    const running = trackWhales({ bus, rule, ctx, now: Date.now, ticks: ticks(20, { signal: stop.signal }) })
    try {
      const lease = await source.lease('ingest')
      const options = { partition: 0, fence: lease.fence, capacity: 100_000 }
      const producer = await source.producer('trades', options)
      const send = (trades: readonly Trade[]) => trades.map((trade) => producer.enqueue(trade).status)
      const seen = async () => (await bus.latest('whale_queue'))?.data.stats.trades_seen

      send(makeTrades(0, 300))
      await eventually(async () => (await seen()) === 300)
      // Some of these are under way when Redis dies, and some of those before come again.
      send(makeTrades(300, 600))
      await redis.kill9()
      send(makeTrades(500, 1_000))
      await redis.restart()
      await eventually(async () => (await seen()) === 1_000, { timeoutMs: 20_000 })

      const queue = (await bus.latest('whale_queue'))?.data
      expect(queue?.stats).toMatchObject({ trades_accepted: 500, trades_discarded: 500 })
      expect(queue?.queue.map(({ whale_id: id }) => id)).toEqual(
        Array.from({ length: 10 }, (_, rank) => `t${990 - 10 * rank}`),
      )
      const whales = await bus.history('whales', { limit: 1_000 })
      expect(whales.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, n) => `t${10 * n}`))
      expect(ctx.facts.read()).toMatchObject({ trades_seen: 1_000, trade_duplicates: 100 })
      await producer.close()
    } finally {
      stop.abort()
      await running
      await source.close()
      await bus.close()
    }
  })
})
