import { describe, expect, test } from '@jest/globals'
import type { TapeMessage } from '../bus.ts'
import type { ConformanceBus } from './conformance-bus.ts'
import { trade } from './samples.ts'
import { gate, until } from './settled.ts'

export function tapeConformance(make: () => Promise<ConformanceBus>): void {
  describe('tape', () => {
    test('whoever listens hears every batch in order', async () => {
      await using broker = await make()
      const [producer, consumer] = [await broker.open({ instance: 'p' }), await broker.open()]
      const heard: TapeMessage<'tape'>[] = []
      consumer.subscribe('tape', (message) => void heard.push(message))
      await until(() => {
        producer.print('tape', 'trade', [trade(0)])
        return heard.length > 0
      }, 'the first batch')
      heard.length = 0
      producer.print('tape', 'trade', [trade(1), trade(2)])
      producer.print('tape', 'trade', [trade(3)])
      await until(
        () => heard.flatMap(({ items }) => items).some(({ count_e2 }) => count_e2 === 400),
        'the last',
      )
      const counts = heard.flatMap(({ items }) => items.map(({ count_e2 }) => count_e2 / 100 - 1))
      expect(counts.filter((n) => n > 0)).toEqual([1, 2, 3])
      expect(heard.reduce((sum, { lost }) => sum + lost, 0)).toBe(0)
    })

    test('what a full mailbox sheds is counted on the next batch', async () => {
      await using broker = await make()
      const bus = await broker.open()
      const hold = gate()
      let received = 0
      let lost = 0
      bus.subscribe(
        'tape',
        async (message) => {
          received += message.items.length
          lost += message.lost
          await hold.opened
        },
        { capacity: 3, timeoutMs: 60_000 },
      )
      // Both mailboxes are filled by one reader: what this one has, the held one was offered.
      let newest: string | undefined
      bus.subscribe('tape', ({ items }) => void (newest = items.at(-1)?.trade_id))
      let printed = 0
      await until(() => {
        bus.print('tape', 'trade', [trade(printed)])
        printed += 1
        return received > 0
      }, 'the first batch')
      const before = printed
      for (; printed < before + 50; printed += 1) bus.print('tape', 'trade', [trade(printed)])
      await until(() => newest === trade(printed - 1).trade_id, 'the last of what was printed')
      hold.open()
      await until(() => {
        bus.print('tape', 'trade', [trade(printed)])
        printed += 1
        return lost > 0
      }, 'a batch that tells the loss')
      expect(lost).toBeGreaterThanOrEqual(40)
      expect(received + lost).toBeLessThanOrEqual(printed)
    })
  })
}
