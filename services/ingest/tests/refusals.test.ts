import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createMemoryBus, MemoryBroker, type Notice } from '@whalecast/bus'
import type { Trade } from '@whalecast/events'
import { eventually, makeContext, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { Announcer } from '../src/adapters/announcer.ts'
import { tellNotices } from '../src/adapters/tell-notices.ts'
import { createCounters } from '../src/counters.ts'
import { episodeMs } from '../src/domain/activities.ts'
import { consumeTrades, told } from './ingest-harness.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

let count = 0
function nextTrade(): Trade {
  count += 1
  return {
    trade_id: `7b7e2a60-0000-4000-8000-${String(count).padStart(12, '0')}`,
    market_ticker: 'KXTEST-26NOV24-A',
    taker_side: 'yes',
    yes_price_e4: 6_200,
    count_e2: 1_000,
    is_block_trade: false,
    executed_at_ms: 1_790_000_000_000,
    received_at_ms: 1_790_000_000_005,
  }
}

/** The trades queue as ingest writes it, with room for 1,000, and everything that ingest tells of its trouble. */
async function openQueue() {
  const ctx = makeContext()
  const handlers = new Set<(notice: Notice) => void>()
  const bus = createMemoryBus(new MemoryBroker(), {
    registry: ctx.metrics.registry,
    onNotice: (notice) => handlers.forEach((handle) => handle(notice)),
  })
  const lease = await bus.lease('ingest')
  const { fence } = lease
  const clock = { nowMs: 1_800_000_000_000 }
  const seen = { terms: 0 }
  const counters = createCounters(ctx.metrics)
  const announcer = new Announcer(bus, fence, (reason) => counters.dropped.inc({ reason }))
  const end = tellNotices({
    onNotices: (handle) => {
      handlers.add(handle)
      return () => handlers.delete(handle)
    },
    onRefused: () => void (seen.terms += 1),
    announcer,
    counters,
    logger: ctx.logger,
    now: () => clock.nowMs,
  })
  const producer = await bus.producer('trades', { partition: 0, fence, capacity: 1_000, holdBack: 0 })
  return {
    bus,
    clock,
    seen,
    producer,
    /** What became of so many trades more. */
    push: (trades: number) => Array.from({ length: trades }, () => producer.enqueue(nextTrade())),
    activities: async () => {
      await announcer.settled()
      return (await told(bus)).activities
    },
    outcomes: async () => {
      const { values = [] } =
        (await ctx.metrics.registry.getSingleMetric('whalecast_queue_items_total')?.get()) ?? {}
      return Object.fromEntries(values.map(({ labels, value }) => [labels['outcome'], value]))
    },
    async [Symbol.asyncDispose]() {
      end()
      await announcer.settled()
      await producer.close()
      await lease.release()
      await bus.close()
    },
  }
}

test('1,500 trades into room for 1,000: 500 refusals, each answered and counted, and one activity', async () => {
  await using queue = await openQueue()
  const answers = queue.push(1_500)
  const refused = answers.filter(({ status }) => status === 'rejected')
  expect(refused).toEqual(Array.from({ length: 500 }, () => ({ status: 'rejected', reason: 'full' })))
  expect(answers.slice(0, 1_000).every(({ status }) => status === 'accepted')).toBe(true)
  expect((await queue.activities()).map(({ message, metadata }) => [message, metadata['severity']])).toEqual([
    ['Queue trades-0 is 80 % full', 'warning'],
    ['trades-0 refused something: full', 'error'],
  ])
  // One item that is refused is no reason to end the term.
  expect(queue.seen.terms).toBe(0)

  const taken = await consumeTrades(queue.bus)
  await eventually(() => queue.producer.outstanding === 0)
  expect(taken.trades).toHaveLength(1_000)
  expect(await queue.outcomes()).toEqual({ accepted: 1_000, rejected_full: 500 })
  await taken.close()
})

test('what is refused again soon after is the same trouble; after a quiet minute it is told anew', async () => {
  await using queue = await openQueue()
  const refusals = async () =>
    (await queue.activities()).filter(({ message }) => message.includes('refused')).length
  const overfill = async () => {
    queue.push(1_500)
    const consumer = await consumeTrades(queue.bus)
    await eventually(() => queue.producer.outstanding === 0)
    await consumer.close()
    return refusals()
  }
  expect(await overfill()).toBe(1)
  queue.clock.nowMs += episodeMs
  expect(await overfill()).toBe(1)
  queue.clock.nowMs += episodeMs + 1
  expect(await overfill()).toBe(2)
})
