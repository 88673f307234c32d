import { describe, expect, test } from '@jest/globals'
import type { Notice } from '../bus.ts'
import type { ConformanceBus } from './conformance-bus.ts'
import { activity, heartbeat } from './samples.ts'
import { until } from './settled.ts'

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
      let heard = 0
      closing.subscribe('system', () => void (heard += 1))
      await closing.close()
      await closing.close()
      await other.publish('system', activity(1), { id: '1' })
      await other.ping()
      expect([closing.subscriptionCount, heard, closing.connected]).toEqual([0, 0, false])
      expect(await closing.publish('system', activity(2), { id: '2' })).toEqual({
        status: 'rejected',
        reason: 'closed',
      })
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
