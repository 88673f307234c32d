import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import type { Trade } from '@whalecast/events'
import type { Notice } from '../bus.ts'
import type { ConformanceBus } from './conformance-bus.ts'
import { activity, fence, heartbeat, market, trade, tradeId } from './samples.ts'
import { gate, until } from './settled.ts'

export function subscribeConformance(make: () => Promise<ConformanceBus>): void {
  describe('subscribe', () => {
    test('a handler that throws is counted and told; it and the others get the next message', async () => {
      await using broker = await make()
      const notices: Notice[] = []
      const bus = await broker.open({ onNotice: (notice) => void notices.push(notice) })
      const heard = { bad: 0, good: 0 }
      const after = await bus.head('system')
      bus.subscribe(
        'system',
        () => {
          heard.bad += 1
          throw new Error('handler fault')
        },
        { owner: 'bad', after },
      )
      bus.subscribe('system', () => void (heard.good += 1), { owner: 'good', after })
      await bus.publish('system', activity(1), { id: '1' })
      await bus.publish('system', activity(2), { id: '2' })
      await until(() => heard.bad === 2 && heard.good === 2, 'both handlers')
      expect(notices.filter(({ type }) => type === 'handler_error')).toEqual([
        { type: 'handler_error', channel: 'system', owner: 'bad', error: new Error('handler fault') },
        { type: 'handler_error', channel: 'system', owner: 'bad', error: new Error('handler fault') },
      ])
    })

    test('a handler that hangs is given up after its timeout and delays nobody else', async () => {
      await using broker = await make()
      const notices: Notice[] = []
      const bus = await broker.open({ onNotice: (notice) => void notices.push(notice) })
      let hung = 0
      let good = 0
      const after = await bus.head('system')
      const hang = () => {
        hung += 1
        return new Promise<void>(() => undefined)
      }
      bus.subscribe('system', hang, { after, timeoutMs: 30 })
      bus.subscribe('system', () => void (good += 1), { after })
      for (let n = 0; n < 3; n += 1) await bus.publish('system', activity(n), { id: `${n}` })
      await until(() => good === 3, 'the good handler')
      await until(() => hung === 3, 'the hanging handler')
      expect(notices.some(({ type }) => type === 'handler_error')).toBe(true)
    })

    test('while a handler hangs, those of its channel and of every other get everything', async () => {
      await using broker = await make()
      const bus = await broker.open()
      const held = gate()
      const heard = { hung: 0, same: 0 }
      const titles: string[] = []
      const after = await bus.head('system')
      const hang = () => {
        heard.hung += 1
        return held.opened
      }
      bus.subscribe('system', hang, { owner: 'slow', after, timeoutMs: 60_000 })
      bus.subscribe('system', () => void (heard.same += 1), { after })
      bus.subscribe('market', ({ data }) => void titles.push(data.title), { key: 'A' })
      for (let n = 0; n < 20; n += 1) await bus.publish('system', activity(n), { id: `${n}` })
      await until(() => heard.same === 20, 'the other handler of the channel')
      await bus.put('market', market('other', 'A'), { fence: fence(1), version: 1, key: 'A' })
      await until(() => titles.includes('other'), 'the other channel')
      expect(heard.hung).toBe(1)
      held.open()
      await until(() => heard.hung === 20, 'what waited for the one that hung')
    })

    test('a handler that takes too long three times gets nothing for a while; other channels do not notice', async () => {
      await using broker = await make()
      const notices: Notice[] = []
      const bus = await broker.open({ onNotice: (notice) => void notices.push(notice) })
      const after = await bus.head('system')
      let hung = 0
      const hang = () => {
        hung += 1
        return new Promise<void>(() => undefined)
      }
      bus.subscribe('system', hang, { owner: 'slow', after, timeoutMs: 20, restMs: 60_000 })
      const titles: string[] = []
      bus.subscribe('market', ({ data }) => void titles.push(data.title), { key: 'A' })
      for (let n = 0; n < 5; n += 1) await bus.publish('system', activity(n), { id: `${n}` })
      const quarantined = { type: 'handler_health', channel: 'system', owner: 'slow', level: 'quarantined' }
      const isQuarantined = () => notices.find(({ type }) => type === 'handler_health')
      await until(isQuarantined, 'the quarantine')
      expect(isQuarantined()).toEqual({ ...quarantined, reason: 'slow', restMs: 60_000 })
      for (let version = 1; version <= 20; version += 1) {
        await bus.put('market', market(`${version}`, 'A'), { fence: fence(1), version, key: 'A' })
        await until(() => titles.includes(`${version}`), 'the other channel')
      }
      const told = async () => (await bus.history('system', { limit: 1 }))[0]?.data
      expect(await told()).toMatchObject({
        activity_type: 'handler_error',
        message: 'slow takes too long with system and gets nothing of it for 60 s',
        metadata: { severity: 'warning', channel: 'system', owner: 'slow' },
      })
      expect(hung).toBe(3)
    })

    test('what waits for a handler that rests comes in order when it is tried again', async () => {
      await using broker = await make()
      const notices: Notice[] = []
      const bus = await broker.open({ onNotice: (notice) => void notices.push(notice) })
      const after = await bus.head('system')
      const heard: string[] = []
      const handler = ({ id }: { readonly id: string }) => {
        heard.push(id)
        return heard.length > 3 ? undefined : new Promise<void>(() => undefined)
      }
      bus.subscribe('system', handler, { owner: 'slow', after, timeoutMs: 20, restMs: 20 })
      for (let n = 0; n < 6; n += 1) await bus.publish('system', activity(n), { id: `${n}` })
      const levels = () => notices.flatMap((notice) => (notice.type === 'handler_health' ? notice.level : []))
      await until(() => heard.includes('5') && levels().length === 2, 'the trial')
      expect(heard.slice(0, 6)).toEqual(['0', '1', '2', '3', '4', '5'])
      expect(levels()).toEqual(['quarantined', 'recovered'])
      const activities = async () =>
        (await bus.history('system', { limit: 2 })).map(({ data }) => data.message)
      while (!(await activities()).includes('slow handles system again')) await turn()
    })

    test('a hundred failures leave a handler alone at the next one, and a message that is handled ends it', async () => {
      await using broker = await make()
      const notices: Notice[] = []
      const bus = await broker.open({ onNotice: (notice) => void notices.push(notice) })
      const after = await bus.head('system')
      let calls = 0
      const handler = () => {
        calls += 1
        if (calls <= 101) throw new Error('handler fault')
      }
      bus.subscribe('system', handler, { owner: 'failing', after, restMs: 20 })
      const published = Array.from({ length: 105 }, (_, n) =>
        bus.publish('system', activity(n), { id: `${n}` }),
      )
      await Promise.all(published)
      await until(() => calls >= 105, 'all messages')
      expect(notices.filter(({ type }) => type === 'handler_health')).toEqual([
        expect.objectContaining({ level: 'quarantined', reason: 'failing', restMs: 20 }),
        expect.objectContaining({ level: 'recovered' }),
      ])
    })

    test('a disposer ends one subscription, an owner all of its own; both more than once', async () => {
      await using broker = await make()
      const bus = await broker.open()
      const heard: string[] = []
      const after = await bus.head('system')
      const listen = (name: string, owner?: string) =>
        bus.subscribe('system', () => void heard.push(name), { after, ...(owner ? { owner } : {}) })
      const dispose = listen('disposed')
      listen('mine', 'me')
      listen('mine too', 'me')
      listen('other', 'you')
      expect(bus.subscriptionCount).toBe(4)
      dispose()
      dispose()
      bus.disposeOwner('me')
      bus.disposeOwner('me')
      expect(bus.subscriptionCount).toBe(1)
      await bus.publish('system', activity(1), { id: '1' })
      await until(() => heard.length > 0, 'the remaining handler')
      expect(heard).toEqual(['other'])
    })

    test('a handler may subscribe and dispose during delivery', async () => {
      await using broker = await make()
      const bus = await broker.open()
      const heard: string[] = []
      const after = await bus.head('system')
      const dispose = bus.subscribe(
        'system',
        ({ id }) => {
          heard.push(`first ${id}`)
          dispose()
          bus.subscribe('system', (message) => void heard.push(`second ${message.id}`), { after })
        },
        { after },
      )
      await bus.publish('system', activity(1), { id: '1' })
      await bus.publish('system', activity(2), { id: '2' })
      await until(() => heard.includes('second 2'), 'the second handler')
      expect(heard).toEqual(['first 1', 'second 1', 'second 2'])
    })

    test('closing leaves no subscription and calls nobody afterwards', async () => {
      await using broker = await make()
      const [closing, other] = [await broker.open(), await broker.open()]
      let [heard, heardByOther] = [0, 0]
      const after = await other.head('system')
      closing.subscribe('system', () => void (heard += 1), { after })
      await closing.close()
      await closing.close()
      // Where somebody else has heard it, whoever still listened would have heard it as well.
      other.subscribe('system', () => void (heardByOther += 1), { after })
      await other.publish('system', activity(1), { id: '1' })
      await until(() => heardByOther === 1, 'the other bus')
      expect([closing.subscriptionCount, heard, closing.connected]).toEqual([0, 0, false])
      expect(await closing.publish('system', activity(2), { id: '2' })).toEqual({
        status: 'rejected',
        reason: 'closed',
      })
    })

    test('closing sends what was taken before it', async () => {
      await using broker = await make()
      const [closing, other] = [await broker.open(), await broker.open()]
      const producer = await closing.producer('trades', { partition: 0, fence: fence(1), capacity: 10_000 })
      for (let n = 0; n < 2_000; n += 1) producer.enqueue(trade(n))
      const published = Array.from({ length: 200 }, (_, n) =>
        closing.publish('system', activity(n), { id: `${n}` }),
      )
      const put = closing.put('market', market('last', 'A'), { fence: fence(1), version: 1, key: 'A' })
      await closing.close()
      const answers = await Promise.all([...published, put])
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['accepted']))
      expect((await other.history('system', { limit: 500 })).map(({ id }) => id)).toEqual(
        Array.from({ length: 200 }, (_, n) => `${n}`),
      )
      expect((await other.latest('market', 'A'))?.data.title).toBe('last')
      const taken: string[] = []
      const start = () => ({
        onBatch: ({ items }: { readonly items: readonly Trade[] }) => {
          taken.push(...items.map(({ trade_id }) => trade_id))
          return {}
        },
      })
      await other.consume('trades', { partition: 0, start })
      await until(() => taken.length === 2_000, 'every trade')
      expect(taken).toEqual(Array.from({ length: 2_000 }, (_, n) => tradeId(n)))
    })

    test('heartbeats of every process are read as they were sent', async () => {
      await using broker = await make()
      const [one, two] = [await broker.open(), await broker.open()]
      await one.beat(heartbeat('a'))
      await two.beat(heartbeat('b'))
      const beats = await one.heartbeats()
      expect(beats.toSorted((x, y) => x.instance.localeCompare(y.instance))).toEqual([
        heartbeat('a'),
        heartbeat('b'),
      ])
    })
  })
}
