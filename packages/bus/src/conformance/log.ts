import { describe, expect, test } from '@jest/globals'
import type { LogGap, LogMessage } from '../bus.ts'
import type { ConformanceBus } from './conformance-bus.ts'
import { activity, fence } from './samples.ts'
import { gate, until } from './settled.ts'

export function logConformance(make: () => Promise<ConformanceBus>): void {
  describe('log', () => {
    test('entries get gapless offsets, and a known id its earlier position', async () => {
      await using broker = await make()
      const bus = await broker.open()
      const first = await bus.publish('system', activity(1), { id: 'a' })
      const second = await bus.publish('system', activity(2), { id: 'b' })
      const again = await bus.publish('system', activity(1), { id: 'a' })
      if (first.status !== 'accepted' || second.status !== 'accepted') throw new Error('not accepted')
      expect(first.position.epoch).toBeGreaterThan(0)
      expect(second.position).toEqual({ epoch: first.position.epoch, offset: first.position.offset + 1 })
      expect(again).toEqual({ status: 'accepted', position: first.position, duplicate: true })
      expect(await bus.head('system')).toEqual(second.position)
    })

    test('concurrent publishes keep the order of their calls', async () => {
      await using broker = await make()
      const bus = await broker.open()
      await Promise.all(
        Array.from({ length: 50 }, (_, n) => bus.publish('system', activity(n), { id: `id-${n}` })),
      )
      const history = await bus.history('system', { limit: 100 })
      expect(history.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, n) => `id-${n}`))
    })

    test('history gives the newest, oldest first, or what follows a position', async () => {
      await using broker = await make()
      const bus = await broker.open()
      for (let n = 0; n < 25; n += 1) await bus.publish('system', activity(n), { id: `${n}` })
      const newest = await bus.history('system', { limit: 20 })
      expect(newest.map(({ id }) => Number(id))).toEqual(Array.from({ length: 20 }, (_, n) => n + 5))
      const after = await bus.history('system', { limit: 3, after: newest[0]!.position })
      expect(after.map(({ id }) => id)).toEqual(['6', '7', '8'])
    })

    test('retention bounds the stream, and with it the memory of ids', async () => {
      await using broker = await make()
      const bus = await broker.open()
      for (let n = 0; n < 1_010; n += 1) await bus.publish('system', activity(n), { id: `${n}` })
      const kept = await bus.history('system', { limit: 2_000 })
      expect(kept.map(({ id }) => Number(id))).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 10))
      const forgotten = await bus.publish('system', activity(0), { id: '0' })
      expect(forgotten).toMatchObject({ status: 'accepted', duplicate: false })
    })

    test('an older term of the same owner is refused', async () => {
      await using broker = await make()
      const bus = await broker.open()
      await bus.publish('system', activity(1), { id: 'a', fence: fence(2) })
      const older = await bus.publish('system', activity(2), { id: 'b', fence: fence(1) })
      const other = await bus.publish('system', activity(3), { id: 'c', fence: fence(1, 'other') })
      expect(older).toEqual({ status: 'rejected', reason: 'fenced' })
      expect(other.status).toBe('accepted')
    })

    test('a payload that does not fit is refused', async () => {
      await using broker = await make()
      const bus = await broker.open()
      const bad = activity(1)
      const result = await bus.publish(
        'system',
        { ...bad, data: { ...bad.data, timestamp_ms: -1 } },
        { id: 'a' },
      )
      expect(result).toEqual({ status: 'rejected', reason: 'invalid' })
      expect(await bus.history('system', { limit: 10 })).toEqual([])
    })

    test('a replay continues a position provably, or says that it does not', async () => {
      await using broker = await make()
      const bus = await broker.open()
      expect(await bus.replay('system', await bus.head('system'), 10)).toMatchObject({
        messages: [],
        proven: true,
      })
      for (let n = 1; n <= 1_100; n += 1) await bus.publish('system', activity(n), { id: `${n}` })
      const { epoch } = await bus.head('system')
      const at = (offset: number) => ({ epoch, offset })
      const read = async (offset: number) => {
        const { messages, proven, through } = await bus.replay('system', at(offset), 3)
        return { offsets: messages.map(({ position }) => position.offset), proven, through }
      }
      expect(await read(500)).toEqual({ offsets: [501, 502, 503], proven: true, through: at(503) })
      expect(await read(1_098)).toEqual({ offsets: [1_099, 1_100], proven: true, through: at(1_100) })
      expect(await read(1_100)).toEqual({ offsets: [], proven: true, through: at(1_100) })
      // The oldest that is kept proves the place before it; what was trimmed proves nothing.
      expect(await read(100)).toEqual({ offsets: [101, 102, 103], proven: true, through: at(103) })
      expect(await read(99)).toEqual({ offsets: [101, 102, 103], proven: false, through: at(103) })
      // A place to which the log never came.
      expect(await read(2_000)).toEqual({ offsets: [], proven: false, through: at(2_000) })
      expect(await bus.replay('system', { epoch: epoch - 1, offset: 500 }, 3)).toMatchObject({
        proven: false,
      })
    })

    test('a subscriber of another bus hears everything from its position on, once and in order', async () => {
      await using broker = await make()
      const [producer, consumer] = [await broker.open(), await broker.open()]
      for (let n = 0; n < 10; n += 1) await producer.publish('system', activity(n), { id: `${n}` })
      const [third] = await producer.history('system', { limit: 7 })
      const heard: LogMessage<'system'>[] = []
      consumer.subscribe('system', (message) => void heard.push(message), { after: third!.position })
      for (let n = 10; n < 60; n += 1) await producer.publish('system', activity(n), { id: `${n}` })
      await until(() => heard.length >= 56, 'every message')
      expect(heard.map(({ id }) => Number(id))).toEqual(Array.from({ length: 56 }, (_, n) => n + 4))
      expect(heard[0]!.data).toEqual(activity(4).data)
    })

    test('what is published is proved to be heard while somebody listens', async () => {
      await using broker = await make()
      const bus = await broker.open()
      expect(bus.behind).toBeUndefined()
      const heard: string[] = []
      const end = bus.subscribe('system', ({ id }) => void heard.push(id), {
        after: await bus.head('system'),
      })
      await bus.publish('system', activity(1), { id: 'a' })
      await until(() => heard.length === 1 && bus.behind === undefined, 'the message')
      end()
      expect(bus.behind).toBeUndefined()
    })

    test('without a position only what comes from now on is heard', async () => {
      await using broker = await make()
      const bus = await broker.open()
      await bus.publish('system', activity(1), { id: 'before' })
      const heard: string[] = []
      bus.subscribe('system', ({ id }) => void heard.push(id))
      // When exactly "now" is, only the broker knows: the first message heard tells.
      for (let n = 0; heard.length === 0; n += 1) await bus.publish('system', activity(n), { id: `${n}` })
      const told = Number(heard[0])
      await bus.publish('system', activity(1), { id: 'last' })
      await until(() => heard.includes('last'), 'the message')
      expect(heard).not.toContain('before')
      expect(heard.slice(0, -1)).toEqual(Array.from({ length: heard.length - 1 }, (_, n) => `${told + n}`))
    })

    test('a subscriber that fell behind its queue is refilled from the stream', async () => {
      await using broker = await make()
      const bus = await broker.open()
      const hold = gate()
      const heard: number[] = []
      const handler = async ({ id }: { id: string }) => {
        if (heard.length === 0) await hold.opened
        heard.push(Number(id))
      }
      const start = await bus.head('system')
      bus.subscribe('system', handler, { after: start, capacity: 4, timeoutMs: 60_000 })
      for (let n = 0; n < 100; n += 1) await bus.publish('system', activity(n), { id: `${n}` })
      hold.open()
      await until(() => heard.length >= 100, 'every message')
      expect(heard).toEqual(Array.from({ length: 100 }, (_, n) => n))
    })

    test('what was trimmed away before it could be read is told as a gap, before what follows', async () => {
      await using broker = await make()
      const bus = await broker.open()
      const first = await bus.publish('system', activity(0), { id: '0' })
      if (first.status !== 'accepted') throw new Error('not accepted')
      for (let n = 1; n <= 1_100; n += 1) await bus.publish('system', activity(n), { id: `${n}` })
      const heard: (string | LogGap)[] = []
      bus.subscribe('system', ({ id }) => void heard.push(id), {
        after: first.position,
        capacity: 2_000,
        onGap: (gap) => void heard.push(gap),
      })
      await until(() => heard.includes('1100'), 'the newest')
      const next = { epoch: first.position.epoch, offset: first.position.offset + 101 }
      expect(heard.slice(0, 2)).toEqual([{ channel: 'system', after: first.position, next }, '101'])
      expect(heard).toHaveLength(1_001)
    })
  })
}
