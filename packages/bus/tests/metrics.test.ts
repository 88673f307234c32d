import { expect, test } from '@jest/globals'
import { createMemoryBus, MemoryBroker } from '@whalecast/bus'
import { eventually } from '@whalecast/testkit'
import { Registry } from 'prom-client'
import { activity, fence, market, trade } from '../src/conformance/samples.ts'

function openCounted() {
  const registry = new Registry()
  const bus = createMemoryBus(new MemoryBroker(), { registry })
  return {
    bus,
    /** The values of a metric by one of its labels. */
    values: async (name: string, label: string) => {
      const metrics = await registry.getMetricsAsJSON()
      const { values = [] } = metrics.find((metric) => metric.name === `whalecast_${name}`) ?? {}
      return Object.fromEntries(values.map(({ labels, value }) => [labels[label], value]))
    },
    [Symbol.asyncDispose]: () => bus.close(),
  }
}

test('every item is counted by what became of it, refused ones by their reason', async () => {
  await using counted = openCounted()
  const { bus, values } = counted
  const producer = await bus.producer('trades', {
    partition: 0,
    fence: fence(1),
    capacity: 1_000,
    holdBack: 100,
  })
  for (let n = 0; n < 1_500; n += 1) producer.enqueue(trade(n))
  expect(await values('queue_utilization', 'queue')).toEqual({ 'trades-0': 1 })
  producer.enqueue(trade(0, { count_e2: -1 }))
  await producer.close()
  expect(await values('queue_utilization', 'queue')).toEqual({ 'trades-0': 1.1 })
  expect(await values('queue_outstanding', 'queue')).toEqual({ 'trades-0': 1_100 })
  producer.enqueue(trade(1_500))
  expect(await values('queue_items_total', 'outcome')).toEqual({
    accepted: 1_000,
    delayed: 100,
    rejected_full: 401,
    rejected_closed: 1,
  })
  await bus.publish('system', activity(1), { id: '1' })
  const { type, data } = activity(2)
  await bus.publish('system', { type, data: { ...data, timestamp_ms: -1.5 } }, { id: '2' })
  expect(await values('bus_published_total', 'outcome')).toEqual({ accepted: 1, rejected_invalid: 1 })
})

test('what a handler does not get is counted: skipped values, shed prints, and why it was left alone', async () => {
  await using counted = openCounted()
  const { bus, values } = counted
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  let prints = 0
  const dispose = bus.subscribe(
    'tape',
    async ({ items }) => {
      prints += items.length
      await opened
    },
    { capacity: 2 },
  )
  bus.subscribe('market', () => opened, { key: 'A', owner: 'me' })
  await eventually(() => {
    bus.print('tape', 'trade', [trade(0)])
    return prints > 0
  })
  const shedBefore = (await values('bus_tape_lost_total', 'channel'))['tape'] ?? 0
  for (let n = 1; n <= 10; n += 1) bus.print('tape', 'trade', [trade(n)])
  expect((await values('bus_tape_lost_total', 'channel'))['tape']).toBeGreaterThanOrEqual(shedBefore + 8)
  for (let version = 1; version <= 10; version += 1)
    await bus.put('market', market(`${version}`, 'A'), { fence: fence(1), version, key: 'A' })
  expect(await values('bus_conflated_total', 'owner')).toEqual({ me: 8 })
  open()
  dispose()
})

test('a handler that throws is counted, once for each time', async () => {
  await using counted = openCounted()
  const { bus, values } = counted
  const after = await bus.head('system')
  let calls = 0
  const fail = () => {
    calls += 1
    throw new Error('handler fault')
  }
  bus.subscribe('system', fail, { owner: 'bad', after })
  for (let n = 0; n < 3; n += 1) await bus.publish('system', activity(n), { id: `${n}` })
  await eventually(() => calls === 3)
  await eventually(async () => (await values('bus_handler_errors_total', 'owner'))['bad'] === 3)
})

test('a handler that is left alone shows until it is trusted again, or gone', async () => {
  await using counted = openCounted()
  const { bus, values } = counted
  const after = await bus.head('system')
  const hang = () => new Promise<void>(() => undefined)
  const dispose = bus.subscribe('system', hang, { owner: 'slow', after, timeoutMs: 10, restMs: 60_000 })
  for (let n = 0; n < 3; n += 1) await bus.publish('system', activity(n), { id: `${n}` })
  await eventually(async () => (await values('bus_handlers_quarantined', 'owner'))['slow'] === 1)
  expect(await values('bus_handler_quarantines_total', 'reason')).toEqual({ slow: 1 })
  expect(await values('bus_handler_errors_total', 'reason')).toEqual({ timeout: 3 })
  dispose()
  expect(await values('bus_handlers_quarantined', 'owner')).toEqual({ slow: 0 })
})
