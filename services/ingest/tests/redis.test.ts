import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { connectRedisBus, type Bus, type Notice } from '@whalecast/bus'
import { eventually, openPrivateRedis, uniquePrefix, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { consumeTrades, openStack, runIngest, told } from './ingest-harness.ts'
import { openScriptedExchange } from './scripted-exchange.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check({ timeoutMs: 10_000 }))

async function openSystem() {
  const stack = openStack()
  const redis = stack.use(await openPrivateRedis())
  const prefix = uniquePrefix()
  const connect = async (instance: string, onNotice?: (notice: Notice) => void): Promise<Bus> => {
    const bus = await connectRedisBus({ url: redis.url, prefix, instance, ...(onNotice && { onNotice }) })
    stack.defer(() => bus.close())
    return bus
  }
  const exchange = stack.use(await openScriptedExchange())
  const bus = await connect('reader')
  const queue = await consumeTrades(bus)
  const handlers = new Set<(notice: Notice) => void>()
  const ours = await connect('a', (notice) => handlers.forEach((handle) => handle(notice)))
  const service = stack.use(runIngest({ exchange, openBus: () => ours }))
  const live = () => eventually(() => service.facts()['role'] === 'leader' && isLive(), { timeoutMs: 20_000 })
  const isLive = () => service.status('trade_feed')?.status === 'healthy'
  await live()
  return { redis, exchange, bus, queue, service, live, [Symbol.asyncDispose]: stack[Symbol.asyncDispose] }
}

test('trades pass through Redis whole and in order', async () => {
  await using system = await openSystem()
  const prints = Array.from({ length: 2_000 }, () => system.exchange.print())
  await eventually(() => system.queue.trades.length === 2_000, { timeoutMs: 20_000 })
  expect(system.queue.ids()).toEqual(prints.map(({ trade_id }) => trade_id))
})

test('Redis dies and comes back with its data: every trade of the outage is on the queue, and ingest needs no restart', async () => {
  await using system = await openSystem()
  const { redis, exchange, queue, live } = system
  for (let n = 0; n < 100; n++) exchange.print()
  await eventually(() => queue.trades.length === 100)
  await redis.kill9()
  for (let n = 0; n < 100; n++) exchange.print()
  // Long enough for the lease to be lost, so that another term has to find what this one could not send.
  await eventually(() => system.service.facts()['role'] === 'standby', { timeoutMs: 10_000 })
  for (let n = 0; n < 100; n++) exchange.print({ lost: true })
  await redis.restart()
  await live()
  for (let n = 0; n < 10; n++) exchange.print()
  await eventually(() => new Set(queue.ids()).size === 310, { timeoutMs: 20_000 })
})

test('Redis comes back empty: that is told, and the last minutes are refilled', async () => {
  await using system = await openSystem()
  const { redis, exchange, bus, queue, live } = system
  for (let n = 0; n < 50; n++) exchange.print()
  await eventually(() => queue.trades.length === 50)
  await redis.kill9()
  await redis.restart({ empty: true })
  await eventually(async () => (await told(bus)).gaps.some(({ cause }) => cause === 'redis_reset'), {
    timeoutMs: 20_000,
  })
  await live()
  const after = exchange.print()
  await eventually(() => queue.ids().includes(after.trade_id), { timeoutMs: 20_000 })
  await eventually(() => queue.trades.length >= 101, { timeoutMs: 20_000 })
})
