import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createMemoryBus, MemoryBroker } from '@whalecast/bus'
import { eventually, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { consumeTrades, memoryBuses, openStack, runIngest, told } from './ingest-harness.ts'
import { openScriptedExchange, tradeMessage } from './scripted-exchange.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

async function openSystem(options: { bookMarkets?: readonly string[]; queueCapacity?: number } = {}) {
  const stack = openStack()
  const exchange = stack.use(await openScriptedExchange())
  const broker = new MemoryBroker()
  const bus = createMemoryBus(broker, { instance: 'reader' })
  stack.defer(() => bus.close())
  const queue = await consumeTrades(bus)
  const service = stack.use(runIngest({ exchange, openBus: memoryBuses(broker), ...options }))
  await eventually(async () => (await told(bus)).states.at(-1) === 'live')
  return { exchange, broker, bus, queue, service, [Symbol.asyncDispose]: stack[Symbol.asyncDispose] }
}

describe('frames', () => {
  test('current and legacy trades give the same record, replies are told apart by id, every frame is accounted for', async () => {
    await using system = await openSystem()
    const { exchange, queue, service } = system
    const current = exchange.print()
    const legacy = { trade_id: '7b7e2a60-0000-4000-8000-000000000001', ts_ms: current.ts_ms + 1, count: 10 }
    const sid = exchange.tradeSid.now
    exchange.send({
      type: 'trade',
      sid,
      seq: exchange.next(sid),
      msg: {
        trade_id: legacy.trade_id,
        market_ticker: 'KXTEST-26NOV24-A',
        yes_price: 61,
        no_price: 39,
        count: 10,
        taker_side: 'yes',
        ts: legacy.ts_ms,
      },
    })
    exchange.send({ type: 'trade', sid, seq: exchange.next(sid), msg: tradeMessage(current) })
    exchange.send('{"type":"trade"')
    exchange.send({ type: 'trade', sid, seq: exchange.next(sid), msg: { trade_id: 'x' } })
    exchange.send({ type: 'surprise', sid: 99, msg: {} })
    exchange.send({ id: 1, sid, seq: exchange.next(sid), type: 'ok', msg: { market_tickers: [] } })
    const last = exchange.print()
    await eventually(() => queue.ids().at(-1) === last.trade_id)

    expect(queue.ids()).toEqual([current.trade_id, legacy.trade_id, last.trade_id])
    const [one, two] = queue.trades
    expect({ ...two, trade_id: '', executed_at_ms: 0, received_at_ms: 0 }).toEqual({
      ...one,
      trade_id: '',
      executed_at_ms: 0,
      received_at_ms: 0,
    })
    const frames = service.frames()
    expect(frames).toMatchObject({
      trade_accepted: 3,
      trade_duplicate: 1,
      other_invalid_not_json: 1,
      other_unknown: 1,
      ok_accepted: 1,
      subscribed_accepted: 2,
    })
    const invalid = Object.entries(frames).filter(([name]) => name.startsWith('trade_invalid_'))
    expect(invalid.map(([, count]) => count)).toEqual([1])
    // 2 answers, 5 trades of any kind, 1 that is no JSON, 1 stranger, 1 ok.
    expect(service.facts()['frames_read']).toBe(10)
    expect(Object.values(frames).reduce((sum, count) => sum + count, 0)).toBe(10)
    const metric = await service.metric('whalecast_ingest_frames_total')
    expect(metric.reduce((sum, { value }) => sum + value, 0)).toBe(10)
    expect((await told(system.bus)).gaps).toEqual([])
  })

  test('data before the answer is taken, and proves the subscription', async () => {
    await using stack = openStack()
    const exchange = stack.use(await openScriptedExchange())
    exchange.mode.answersTrade = false
    const broker = new MemoryBroker()
    const bus = createMemoryBus(broker)
    stack.defer(() => bus.close())
    const queue = await consumeTrades(bus)
    stack.use(runIngest({ exchange, openBus: memoryBuses(broker) }))
    await eventually(() => exchange.tradeSid.now > 0)
    const print = exchange.print()
    await eventually(() => queue.ids().includes(print.trade_id))
    await eventually(async () => (await told(bus)).states.at(-1) === 'live')
  })

  test('every trade taken is on the tape once, in batches', async () => {
    await using system = await openSystem()
    const seen: string[] = []
    const end = system.bus.subscribe('tape', ({ items }) => {
      seen.push(...items.map(({ trade_id }) => trade_id))
    })
    const prints = Array.from({ length: 700 }, () => system.exchange.print())
    await eventually(() => seen.length === 700)
    expect(seen).toEqual(prints.map(({ trade_id }) => trade_id))
    end()
  })
})

describe('gaps', () => {
  test('a hole in the numbers is told, refilled over REST and closed under the same id', async () => {
    await using system = await openSystem()
    const { exchange, queue, bus } = system
    exchange.print()
    const lost = [exchange.print({ lost: true }), exchange.print({ lost: true })]
    exchange.print()
    await eventually(async () => (await told(bus)).gaps.at(-1)?.missing === 0)
    const { gaps } = await told(bus)
    expect(gaps[0]).toMatchObject({
      channel: 'trade',
      cause: 'sequence',
      from: 2,
      to: 3,
      filled: 0,
      missing: null,
    })
    expect(gaps.at(-1)).toMatchObject({ gap_id: gaps[0]?.gap_id, filled: 2, missing: 0 })
    expect(new Set(queue.ids())).toEqual(new Set(exchange.prints.map(({ trade_id }) => trade_id)))
    expect(queue.ids()).toHaveLength(4)
    expect(queue.ids()).toEqual(expect.arrayContaining(lost.map(({ trade_id }) => trade_id)))
  })

  test('ok, error and unsubscribed frames take numbers: no hole where one of them stood', async () => {
    await using system = await openSystem()
    const { exchange, queue, bus } = system
    const sid = exchange.tradeSid.now
    exchange.print()
    exchange.send({ id: 77, sid, seq: exchange.next(sid), type: 'ok', msg: {} })
    exchange.send({
      sid,
      seq: exchange.next(sid),
      type: 'error',
      msg: { code: 13, msg: 'Unsupported action' },
    })
    const last = exchange.print()
    await eventually(() => queue.ids().at(-1) === last.trade_id)
    expect((await told(bus)).gaps).toEqual([])
  })

  test('a cut is a gap until REST has been read, and the trades of the cut are delivered', async () => {
    await using system = await openSystem()
    const { exchange, queue, bus, service } = system
    exchange.print()
    await eventually(() => queue.trades.length === 1)
    exchange.mode.away = true
    exchange.cut()
    await eventually(async () => (await told(bus)).gaps.length > 0)
    const lost = exchange.print({ lost: true })
    exchange.mode.away = false
    await eventually(() => queue.ids().includes(lost.trade_id))
    const { gaps, states } = await told(bus)
    expect(gaps[0]).toMatchObject({
      cause: 'disconnect',
      from: null,
      to: null,
      until_ms: null,
      missing: null,
    })
    await eventually(async () => (await told(bus)).gaps.at(-1)?.filled === 1)
    expect(new Set((await told(bus)).gaps.map(({ gap_id }) => gap_id)).size).toBe(1)
    expect(states).toEqual(expect.arrayContaining(['reconnecting']))
    await eventually(async () => (await told(bus)).states.at(-1) === 'live')
    expect(service.status('trade_feed')?.status).toBe('healthy')
  })

  test('while REST fails the gap stays open and live trades flow; it is closed when REST is back', async () => {
    await using system = await openSystem()
    const { exchange, queue, bus } = system
    exchange.mode.fails = true
    exchange.print()
    const lost = exchange.print({ lost: true })
    const after = Array.from({ length: 50 }, () => exchange.print())
    await eventually(() => queue.trades.length === 51)
    expect(queue.ids().at(-1)).toBe(after.at(-1)?.trade_id)
    await eventually(async () => (await system.service.metric('whalecast_ingest_refills_total')).length > 0)
    expect((await told(bus)).gaps).toMatchObject([{ missing: null }])
    exchange.mode.fails = false
    await eventually(async () => (await told(bus)).gaps.at(-1)?.missing === 0, { timeoutMs: 10_000 })
    expect(queue.ids()).toContain(lost.trade_id)
  })

  test.each([
    { code: 25, cause: 'overflow' },
    { code: 10, cause: 'disconnect' },
  ])(
    'error $code ends the subscription: asked for again on the same socket, the loss stated',
    async ({ code, cause }) => {
      await using system = await openSystem()
      const { exchange, queue, bus } = system
      exchange.print()
      const sid = exchange.tradeSid.now
      const asked = exchange.commands.filter(({ params }) => params.channels?.includes('trade')).length
      exchange.send({ sid, seq: exchange.next(sid), type: 'error', msg: { code, msg: 'over' } })
      const lost = exchange.print({ lost: true })
      await eventually(
        () =>
          exchange.commands.filter(({ params }) => params.channels?.includes('trade')).length === asked + 1,
      )
      await eventually(() => queue.ids().includes(lost.trade_id))
      const after = exchange.print()
      await eventually(() => queue.ids().includes(after.trade_id))
      expect((await told(bus)).gaps[0]).toMatchObject({ channel: 'trade', cause })
      expect(exchange.clients()).toBe(1)
    },
  )

  test('a hole in a channel that nothing replays is stated with its size', async () => {
    await using system = await openSystem({ bookMarkets: ['KXTEST-26NOV24-A'] })
    const { exchange, bus, service } = system
    const sid = exchange.sid('orderbook_delta')
    const delta = (seq: number) => ({
      type: 'orderbook_delta',
      sid,
      seq,
      msg: {
        market_ticker: 'KXTEST-26NOV24-A',
        market_id: 'm',
        price_dollars: '0.5',
        delta_fp: '1.00',
        side: 'yes',
        ts_ms: Date.now(),
      },
    })
    exchange.send({
      type: 'orderbook_snapshot',
      sid,
      seq: 1,
      msg: { market_ticker: 'KXTEST-26NOV24-A', market_id: 'm', yes_dollars_fp: [['0.5000', '3.00']] },
    })
    exchange.send(delta(2))
    exchange.send(delta(2))
    exchange.send(delta(6))
    await eventually(async () => (await told(bus)).gaps.length > 0)
    expect((await told(bus)).gaps).toMatchObject([{ channel: 'orderbook_delta', from: 3, to: 5, missing: 3 }])
    expect(service.facts()).toMatchObject({ markets_connected: 1, snapshots_received: 1, deltas_received: 2 })
    expect(service.frames()).toMatchObject({ orderbook_delta_accepted: 2, orderbook_delta_duplicate: 1 })

    exchange.cut()
    await eventually(() => service.facts()['markets_connected'] === 0)
    expect(service.facts()).toMatchObject({ snapshots_received: 0, deltas_received: 0 })
  })
})

describe('a start without the exchange', () => {
  test('is healthy in nothing it cannot know, dials on, and takes the trades when the exchange is there', async () => {
    await using stack = openStack()
    const exchange = stack.use(await openScriptedExchange())
    exchange.mode.away = true
    const broker = new MemoryBroker()
    const bus = createMemoryBus(broker)
    stack.defer(() => bus.close())
    const queue = await consumeTrades(bus)
    const service = stack.use(runIngest({ exchange, openBus: memoryBuses(broker) }))
    await eventually(() => exchange.mode.turnedAway >= 3, { timeoutMs: 20_000 })
    expect(service.status('trade_feed')?.status).not.toBe('healthy')
    expect((await told(bus)).states).not.toContain('live')
    exchange.mode.away = false
    await eventually(async () => (await told(bus)).states.at(-1) === 'live', { timeoutMs: 20_000 })
    const print = exchange.print()
    await eventually(() => queue.ids().includes(print.trade_id))
    await eventually(() => service.status('trade_feed')?.status === 'healthy')
  })
})

describe('ends', () => {
  test('credentials that are refused five times are not tried again, and the reason is told', async () => {
    await using stack = openStack()
    const exchange = stack.use(await openScriptedExchange())
    exchange.mode.refuses = true
    const broker = new MemoryBroker()
    const bus = createMemoryBus(broker)
    stack.defer(() => bus.close())
    const service = stack.use(runIngest({ exchange, openBus: memoryBuses(broker) }))
    await eventually(() => service.status('exchange_socket')?.status === 'unhealthy', { timeoutMs: 30_000 })
    expect(service.status('exchange_socket')?.reason).toContain('KALSHI_PRIVATE_KEY_PATH')
    expect(service.status('trade_feed')?.status).toBe('unhealthy')
    await eventually(async () => (await told(bus)).states.at(-1) === 'auth_failed')
  })

  test('a second ingest waits, and goes on from where the first one stopped', async () => {
    await using system = await openSystem()
    const { exchange, broker, bus, queue, service } = system
    await using standby = runIngest({ exchange, openBus: memoryBuses(broker), instance: 'b' })
    exchange.print()
    await eventually(() => queue.trades.length === 1)
    expect(standby.facts()).toMatchObject({ role: 'standby', trades_received: 0 })
    expect(standby.status('exchange_socket')?.status).toBe('healthy')
    expect(exchange.clients()).toBe(1)
    await service.stop()
    const between = exchange.print({ lost: true })
    await eventually(() => standby.facts()['role'] === 'leader')
    await eventually(() => queue.ids().includes(between.trade_id))
    expect((await told(bus)).gaps[0]).toMatchObject({ cause: 'restart' })
    const after = exchange.print()
    await eventually(() => queue.ids().includes(after.trade_id))
  })

  test('where no position is known nothing is claimed and nothing refilled', async () => {
    await using system = await openSystem()
    system.exchange.print()
    await eventually(() => system.queue.trades.length === 1)
    expect((await told(system.bus)).gaps).toEqual([])
    expect(system.exchange.mode.reads).toBe(0)
  })
})
