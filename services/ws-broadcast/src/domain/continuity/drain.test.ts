import { expect, test } from '@jest/globals'
import { FrameEncoder } from '@whalecast/fanout'
import { Client } from '../conversation/client.ts'
import { Drain } from './drain.ts'

function open(count: number, { perSecond = 10, withinMs = 1_000 } = {}) {
  const encoder = new FrameEncoder({
    frameText: (payload) => ({ bytes: payload, headerBytes: 0 }),
    now: () => 1,
    onEncode: () => undefined,
  })
  const queued = new Map<string, number>()
  const told: number[] = []
  const closed: string[] = []
  const clients = new Set(
    Array.from(
      { length: count },
      (_, index) =>
        new Client({
          id: `c${index}`,
          address: '127.0.0.1',
          caller: { name: 'anonymous', scopes: ['market'] },
          limitBytes: 1_000,
          socket: {
            get buffered() {
              return queued.get(`c${index}`) ?? 0
            },
            write: () => 0,
            close: () => undefined,
            destroy: () => undefined,
          },
          losses: { conflated: () => undefined, shed: () => undefined },
          now: () => 1,
          onSent: () => undefined,
        }),
    ),
  )
  const drain = new Drain({
    hub: {
      clients: () => clients,
      has: (client) => clients.has(client),
      send: (_client, { bytes }) => void told.push(JSON.parse(bytes.toString()).data.reconnect_after_ms),
      close: (client, code) => {
        clients.delete(client)
        closed.push(`${client.id} ${code}`)
      },
    },
    encoder,
    perSecond,
    withinMs,
    nowMs: 5_000,
  })
  return { drain, clients, queued, told, closed }
}

test('everybody is told a moment at once, and closed when it comes', () => {
  const { drain, told, closed } = open(4)
  expect(told).toEqual([0, 100, 200, 300])
  expect(drain.step(5_000)).toBe(false)
  expect(closed).toEqual(['c0 1012'])
  expect(drain.step(5_099)).toBe(false)
  expect(drain.step(5_250)).toBe(false)
  expect(closed).toEqual(['c0 1012', 'c1 1012', 'c2 1012'])
  expect(drain.step(5_300)).toBe(true)
  expect(closed).toHaveLength(4)
})

test('what waits for a client is written first; the others go on', () => {
  const { drain, queued, closed } = open(2)
  queued.set('c0', 10)
  expect(drain.step(5_100)).toBe(false)
  expect(closed).toEqual(['c1 1012'])
  queued.set('c0', 0)
  expect(drain.step(5_150)).toBe(true)
  expect(closed).toEqual(['c1 1012', 'c0 1012'])
})

test('when the time is over everybody is closed, also who was slow', () => {
  const { drain, queued, told, closed } = open(30)
  queued.set('c0', 10)
  expect(drain.step(5_500)).toBe(false)
  expect(closed).toHaveLength(5)
  expect(drain.step(6_000)).toBe(true)
  expect(closed).toHaveLength(30)
  // Who had to go early still comes back in its slot.
  expect(told.at(-1)).toBe(2_900)
})

test('who leaves by itself is not waited for', () => {
  const { drain, clients, queued, closed } = open(2)
  queued.set('c0', 10)
  drain.step(5_000)
  clients.clear()
  expect(drain.step(5_100)).toBe(true)
  expect(closed).toEqual([])
})

test('without clients it is over at once', () => {
  expect(open(0).drain.step(5_000)).toBe(true)
})
