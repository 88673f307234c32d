import { describe, expect, test } from '@jest/globals'
import type { LatestMessage } from '../bus.ts'
import type { ConformanceBus } from './conformance-bus.ts'
import { fence, market } from './samples.ts'
import { gate, until } from './settled.ts'

export function latestConformance(make: () => Promise<ConformanceBus>): void {
  describe('latest', () => {
    test('the newest value is readable, by key', async () => {
      await using broker = await make()
      const bus = await broker.open()
      expect(await bus.latest('market', 'A')).toBeUndefined()
      await bus.put('market', market('one'), { fence: fence(1), version: 1, key: 'A' })
      await bus.put('market', market('two'), { fence: fence(1), version: 2, key: 'A' })
      await bus.put('market', market('other'), { fence: fence(1), version: 3, key: 'B' })
      expect(await bus.latest('market', 'A')).toMatchObject({
        type: 'market',
        key: 'A',
        term: 1,
        version: 2,
        data: { title: 'two' },
      })
    })

    test('an older write never wins, whichever bus it comes from', async () => {
      await using broker = await make()
      const [older, newer] = [await broker.open(), await broker.open()]
      await newer.put('market', market('new'), { fence: fence(5), version: 1, key: 'A' })
      const answers = [
        await older.put('market', market('old term'), { fence: fence(4), version: 9, key: 'A' }),
        await newer.put('market', market('newer'), { fence: fence(5), version: 3, key: 'A' }),
        await newer.put('market', market('old version'), { fence: fence(5), version: 2, key: 'A' }),
      ]
      expect(answers).toEqual([
        { status: 'rejected', reason: 'fenced' },
        { status: 'accepted' },
        { status: 'rejected', reason: 'stale' },
      ])
      expect((await older.latest('market', 'A'))?.data.title).toBe('newer')
    })

    test('values that wait behind a write are conflated, and say so', async () => {
      await using broker = await make()
      const bus = await broker.open()
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          bus.put('market', market(`${n}`), { fence: fence(1), version: n + 1, key: 'A' }),
        ),
      )
      const accepted = results.filter(({ status }) => status === 'accepted').length
      const conflated = results.filter(({ status }) => status === 'conflated').length
      expect(accepted + conflated).toBe(50)
      expect(conflated).toBeGreaterThanOrEqual(40)
      expect((await bus.latest('market', 'A'))?.data.title).toBe('49')
    })

    test('a subscriber hears the newest of each key; steps between may be skipped', async () => {
      await using broker = await make()
      const [producer, consumer] = [await broker.open(), await broker.open()]
      const hold = gate()
      const heard: LatestMessage<'market'>[] = []
      consumer.subscribe('market', async (message) => {
        await hold.opened
        heard.push(message)
      })
      let version = 0
      const put = (title: string, key: string) =>
        producer.put('market', market(title), { fence: fence(1), version: ++version, key })
      // The first that arrives proves that the subscription stands.
      hold.open()
      while (heard.length === 0) await put('warm', 'W')
      for (let n = 0; n < 20; n += 1) {
        await put(`a${n}`, 'A')
        await put(`b${n}`, 'B')
      }
      const told = (title: string) => heard.some(({ data }) => data.title === title)
      await until(() => told('a19') && told('b19'), 'the newest of both')
      const last = (key: string) => heard.findLast((message) => message.key === key)?.data.title
      expect([last('A'), last('B')]).toEqual(['a19', 'b19'])
    })

    test('a subscription begins with the newest value there is', async () => {
      await using broker = await make()
      const bus = await broker.open()
      await bus.put('market', market('old'), { fence: fence(1), version: 1, key: 'A' })
      await bus.put('market', market('newest'), { fence: fence(1), version: 2, key: 'A' })
      const heard: string[] = []
      bus.subscribe('market', ({ data }) => void heard.push(data.title), { key: 'A' })
      await until(() => heard.length > 0, 'the value')
      await bus.put('market', market('next'), { fence: fence(1), version: 3, key: 'A' })
      await until(() => heard.length > 1, 'the next value')
      expect(heard).toEqual(['newest', 'next'])
    })

    test('a subscription with a key hears no other', async () => {
      await using broker = await make()
      const bus = await broker.open()
      const heard: string[] = []
      bus.subscribe('market', ({ key }) => void heard.push(key), { key: 'A' })
      let version = 0
      while (heard.length === 0) {
        version += 1
        await bus.put('market', market('b'), { fence: fence(1), version, key: 'B' })
        await bus.put('market', market('a'), { fence: fence(1), version, key: 'A' })
      }
      expect(new Set(heard)).toEqual(new Set(['A']))
    })
  })
}
