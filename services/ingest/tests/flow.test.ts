import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createMemoryBus, MemoryBroker } from '@whalecast/bus'
import { startExchangeSim, type ExchangeSim } from '@whalecast/exchange-sim'
import { eventually, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { consumeTrades, memoryBuses, openStack, runIngest, told } from './ingest-harness.ts'
import { openScriptedExchange } from './scripted-exchange.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

async function openReader(queueCapacity?: number) {
  const stack = openStack()
  const broker = new MemoryBroker()
  const bus = createMemoryBus(broker, { instance: 'reader' })
  stack.defer(() => bus.close())
  const queue = await consumeTrades(bus)
  const run = (exchange: Parameters<typeof runIngest>[0]['exchange']) =>
    stack.use(
      runIngest({
        exchange,
        openBus: memoryBuses(broker),
        ...(queueCapacity !== undefined && { queueCapacity }),
      }),
    )
  const live = () => eventually(async () => (await told(bus)).states.at(-1) === 'live')
  return { stack, bus, queue, run, live, [Symbol.asyncDispose]: stack[Symbol.asyncDispose] }
}

async function openSim(stack: ReturnType<typeof openStack>, options: Parameters<typeof startExchangeSim>[0]) {
  const sim = await startExchangeSim({ seed: 7, ...options })
  stack.defer(() => sim.close())
  return sim
}

/** Ids of what the exchange printed from this trade on, oldest first. */
function printedSince(sim: ExchangeSim, first: string): string[] {
  const ids = sim.printedTrades(100_000).map(({ trade_id }) => trade_id)
  return ids.slice(ids.indexOf(first))
}

describe('against the simulator', () => {
  test('what the exchange printed is what is on the queue, with the same ids, in order', async () => {
    await using reader = await openReader()
    const sim = await openSim(reader.stack, { rate: 300, markets: 20 })
    const service = reader.run(sim)
    await eventually(() => reader.queue.trades.length > 600, { timeoutMs: 20_000 })
    const [first = ''] = reader.queue.ids()
    const ids = reader.queue.ids()
    expect(printedSince(sim, first).slice(0, ids.length)).toEqual(ids)
    expect((await told(reader.bus)).gaps).toEqual([])
    expect(service.facts()).toMatchObject({ api_connected: true, role: 'leader' })
    expect(service.status('trade_feed')?.status).toBe('healthy')
  })

  test('markets get their titles on the bus', async () => {
    await using reader = await openReader()
    const sim = await openSim(reader.stack, { rate: 100, markets: 20 })
    const service = reader.run(sim)
    await eventually(() => service.status('market_directory')?.details['preloaded'] === true)
    await eventually(() => reader.queue.trades.length > 0)
    const ticker = reader.queue.trades[0]?.market_ticker ?? ''
    const market = await eventually(async () => (await reader.bus.latest('market', ticker)) ?? false)
    expect(market.data).toMatchObject({ market_ticker: ticker, status: 'active' })
    expect(market.data.title.length).toBeGreaterThan(5)
    expect(market.data.title).not.toBe(ticker)
  })

  test('after a cut every trade arrives once, and the gap closes under its id with nothing missing', async () => {
    await using reader = await openReader()
    const sim = await openSim(reader.stack, { rate: 200, markets: 20 })
    reader.run(sim)
    await eventually(() => reader.queue.trades.length > 50)
    const [first = ''] = reader.queue.ids()
    sim.disconnectAll()
    await eventually(async () => (await told(reader.bus)).gaps.at(-1)?.missing === 0, { timeoutMs: 40_000 })
    const { gaps } = await told(reader.bus)
    expect(new Set(gaps.map(({ gap_id }) => gap_id)).size).toBe(1)
    expect(gaps[0]).toMatchObject({ cause: 'disconnect', until_ms: null, missing: null })
    const printed = printedSince(sim, first)
    // The refill may have brought trades from before the first as well, so counting would not do.
    await eventually(() => {
      const arrived = new Set(reader.queue.ids())
      return printed.every((id) => arrived.has(id))
    })
    const ids = reader.queue.ids()
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('flow', () => {
  test('a stalled consumer pauses the feed at capacity; under the low water it goes on, with all in order', async () => {
    await using reader = await openReader(100)
    const exchange = reader.stack.use(await openScriptedExchange())
    const service = reader.run(exchange)
    await reader.live()
    reader.queue.stall()
    const prints = Array.from({ length: 6_000 }, () => exchange.print())
    await eventually(async () => (await told(reader.bus)).states.at(-1) === 'paused')
    expect(service.facts()['queue_utilization']).toBeGreaterThanOrEqual(1)
    expect(Number(service.facts()['queue_utilization'])).toBeLessThan(1.1)
    expect(service.status('trade_feed')?.status).toBe('degraded')
    const readBefore = service.facts()['trades_received']
    expect(readBefore).toBe(101)
    reader.queue.resume()
    await eventually(() => reader.queue.trades.length === 6_000)
    expect(reader.queue.ids()).toEqual(prints.map(({ trade_id }) => trade_id))
    await eventually(async () => (await told(reader.bus)).states.at(-1) === 'live')
    expect(service.frames()).toMatchObject({ trade_accepted: 6_000 })
    const { activities } = await told(reader.bus)
    const warnings = activities.filter(({ metadata }) => metadata.severity === 'warning')
    expect(warnings.map(({ activity_type }) => activity_type)).toContain('queue_pressure')
    expect(new Set(activities.map(({ activity_id }) => activity_id)).size).toBe(activities.length)
  })

  test('a cut while paused is a gap for backpressure, and REST brings what was not read', async () => {
    await using reader = await openReader(50)
    const exchange = reader.stack.use(await openScriptedExchange())
    reader.run(exchange)
    await reader.live()
    reader.queue.stall()
    for (let n = 0; n < 200; n++) exchange.print()
    await eventually(async () => (await told(reader.bus)).states.at(-1) === 'paused')
    exchange.mode.away = true
    exchange.cut()
    await eventually(() => exchange.clients() === 0)
    const lost = exchange.print({ lost: true })
    exchange.mode.away = false
    reader.queue.resume()
    await eventually(() => reader.queue.ids().includes(lost.trade_id))
    await eventually(() => reader.queue.trades.length === 201)
    expect((await told(reader.bus)).gaps[0]).toMatchObject({ cause: 'backpressure' })
  })

  test('a burst of 5,000 trades passes whole; the counters add up', async () => {
    await using reader = await openReader()
    const exchange = reader.stack.use(await openScriptedExchange())
    const service = reader.run(exchange)
    await reader.live()
    for (let n = 0; n < 5_000; n++) exchange.print()
    await eventually(() => reader.queue.trades.length === 5_000)
    expect(service.facts()).toMatchObject({ trades_received: 5_000, frames_read: 5_002 })
    expect(service.frames()).toEqual({ subscribed_accepted: 2, trade_accepted: 5_000 })
  })

  test('a consumer that stalls for as long as five hundred pings take keeps none of the pongs', async () => {
    await using reader = await openReader(10_000)
    const exchange = reader.stack.use(await openScriptedExchange())
    const service = reader.run(exchange)
    await reader.live()
    reader.queue.stall()
    const pongs = await exchange.pingPong(500, () => exchange.print())
    expect(pongs).toBe(500)
    await eventually(() => service.facts()['trades_received'] === 500)
    expect(reader.queue.trades).toHaveLength(0)
    reader.queue.resume()
    await eventually(() => reader.queue.trades.length === 500)
  })
})
