import { describe, expect, test } from '@jest/globals'
import type { Trade } from '@whalecast/events'
import type { Batch, Bus, Commit, Notice, PartitionState, ProducerOptions, Save } from '../bus.ts'
import { packIds, RecentIds } from '../recent-ids.ts'
import type { ConformanceBus } from './conformance-bus.ts'
import { fence, trade, tradeId } from './samples.ts'
import { gate, until } from './settled.ts'

const options = (change: Partial<ProducerOptions> = {}): ProducerOptions => ({
  partition: 0,
  fence: fence(1, 'ingest'),
  capacity: 100_000,
  ...change,
})

/** A consumer that commits how many items it saw and their sum. */
function counting(bus: Bus, onBatch: (batch: Batch<'trades'>) => void | Promise<void> = () => undefined) {
  return bus.consume('trades', {
    partition: 0,
    start: (state: PartitionState) => {
      let { seen, sum } = readCounts(state)
      return {
        async onBatch(batch): Promise<Commit> {
          await onBatch(batch)
          seen += batch.items.length
          sum += batch.items.reduce((total, { count_e2 }) => total + count_e2, 0)
          return { set: { seen: `${seen}`, sum: `${sum}` }, seen: packIds(batch.items.map(idOf)) }
        },
      }
    },
  })
}

const idOf = ({ trade_id }: Trade) => trade_id
const readCounts = ({ fields }: PartitionState) => ({
  seen: Number(fields.get('seen') ?? 0),
  sum: Number(fields.get('sum') ?? 0),
})

/** What is committed, seen by a consumer that takes over and leaves again. */
async function committed(bus: Bus): Promise<PartitionState> {
  let found: PartitionState | undefined
  const consumer = await bus.consume('trades', {
    partition: 0,
    start: (state) => {
      found = state
      return { onBatch: () => ({}) }
    },
  })
  await until(() => found, 'the partition')
  await consumer.close()
  return found!
}

export function workConformance(make: () => Promise<ConformanceBus>): void {
  describe('work', () => {
    test('every item arrives once, in order, with its content', async () => {
      await using broker = await make()
      const [sending, taking] = [await broker.open(), await broker.open()]
      const heard: Trade[] = []
      const consumer = await counting(taking, ({ items }) => void heard.push(...items))
      const producer = await sending.producer('trades', options())
      const sent = Array.from({ length: 2_345 }, (_, n) => trade(n))
      for (const item of sent) expect(producer.enqueue(item)).toEqual({ status: 'accepted' })
      await until(() => producer.outstanding === 0, 'the last commit')
      expect(heard).toEqual(sent)
      await consumer.close()
      const state = await committed(taking)
      expect(readCounts(state).seen).toBe(2_345)
      const ids = new RecentIds({ maxIds: 1e6, windowMs: 1e6, now: () => 0 })
      for (const packed of state.seen) ids.addPacked(packed)
      expect(ids.size).toBe(2_345)
      expect(ids.has(tradeId(2_344))).toBe(true)
    })

    test('batches grow while an add is under way, up to 500', async () => {
      await using broker = await make()
      const bus = await broker.open()
      const sizes: number[] = []
      const producer = await bus.producer('trades', options())
      for (let n = 0; n < 1_200; n += 1) producer.enqueue(trade(n))
      await counting(bus, ({ items }) => void sizes.push(items.length))
      await until(() => producer.outstanding === 0, 'the last commit')
      expect(sizes[0]).toBe(1)
      expect(Math.max(...sizes)).toBe(500)
    })

    test('over capacity items are delayed, past the hold-back refused, and room comes with a commit', async () => {
      await using broker = await make()
      const notices: Notice[] = []
      const bus = await broker.open({ onNotice: (notice) => void notices.push(notice) })
      const producer = await bus.producer('trades', options({ capacity: 1_000, holdBack: 100 }))
      const statuses = Array.from({ length: 1_500 }, (_, n) => producer.enqueue(trade(n)))
      const of = (wanted: string) => statuses.filter(({ status }) => status === wanted).length
      expect([of('accepted'), of('delayed'), of('rejected')]).toEqual([1_000, 100, 400])
      expect(statuses.at(-1)).toEqual({ status: 'rejected', reason: 'full' })
      expect(notices).toEqual([
        expect.objectContaining({ type: 'queue_pressure', level: 'high' }),
        expect.objectContaining({ type: 'queue_pressure', level: 'full' }),
        { type: 'rejected', target: 'trades-0', reason: 'full' },
      ])
      let relieved = false
      const relief = producer.relief().then(() => (relieved = true))
      expect(relieved).toBe(false)
      let handled = 0
      await counting(bus, ({ items }) => void (handled += items.length))
      await relief
      expect(producer.utilization).toBeLessThan(0.6)
      await until(() => producer.outstanding === 0, 'the last commit')
      expect(handled).toBe(1_100)
      expect(notices.at(-1)).toMatchObject({ type: 'queue_pressure', level: 'normal' })
    })

    test('each reason of a refusal is told once, whatever was refused before, and again after relief', async () => {
      await using broker = await make()
      const told: string[] = []
      const bus = await broker.open({
        onNotice: (notice) => void (notice.type === 'rejected' && told.push(notice.reason)),
      })
      const producer = await bus.producer('trades', options({ capacity: 100, holdBack: 0 }))
      let n = 0
      const overfill = () => {
        producer.enqueue(trade(0, { count_e2: -1 }))
        for (let more = 0; more < 150; more += 1) producer.enqueue(trade((n += 1)))
      }
      overfill()
      overfill()
      expect(told).toEqual(['invalid', 'full'])
      const first = await counting(bus)
      await until(() => producer.outstanding === 0, 'empty')
      await first.close()
      overfill()
      expect(told).toEqual(['invalid', 'full', 'invalid', 'full'])
    })

    test('one warning above 80 %, none again before it fell under 60 %', async () => {
      await using broker = await make()
      const levels: string[] = []
      const bus = await broker.open({
        onNotice: (notice) => void (notice.type === 'queue_pressure' && levels.push(notice.level)),
      })
      const producer = await bus.producer('trades', options({ capacity: 1_000 }))
      let n = 0
      const fillTo = (outstanding: number) => {
        while (producer.outstanding < outstanding) producer.enqueue(trade(n++))
      }
      fillTo(810)
      fillTo(900)
      expect(levels).toEqual(['high'])
      const first = await counting(bus)
      await until(() => producer.outstanding === 0, 'empty')
      expect(levels).toEqual(['high', 'normal'])
      await first.close()
      fillTo(810)
      expect(levels).toEqual(['high', 'normal', 'high'])
    })

    test('a producer of an older term is refused by the consumer and told so', async () => {
      await using broker = await make()
      const bus = await broker.open()
      const heard: number[] = []
      const older = await bus.producer('trades', options({ fence: fence(1, 'ingest') }))
      const newer = await bus.producer('trades', options({ fence: fence(2, 'ingest') }))
      await counting(bus, ({ items }) => void heard.push(...items.map(({ count_e2 }) => count_e2 / 100 - 1)))
      newer.enqueue(trade(1))
      await until(() => newer.outstanding === 0, 'the newer commit')
      older.enqueue(trade(2))
      await until(() => older.enqueue(trade(3)).status === 'rejected', 'a refusal')
      expect(older.enqueue(trade(4))).toEqual({ status: 'rejected', reason: 'fenced' })
      newer.enqueue(trade(5))
      await until(() => heard.includes(5), 'the newer batch')
      expect(heard).toEqual([1, 5])
    })

    test('an attempt that fails starts over from what is committed; the state is as if it had not happened', async () => {
      await using broker = await make()
      const bus = await broker.open()
      const failed = new Set<number>()
      const consumer = await counting(bus, ({ seq }) => {
        if (seq % 3 !== 0 || failed.has(seq)) return
        failed.add(seq)
        throw new Error('once')
      })
      const producer = await bus.producer('trades', options())
      for (let n = 0; n < 5_000; n += 1) producer.enqueue(trade(n))
      await until(() => producer.outstanding === 0, 'the last commit')
      await consumer.close()
      expect(failed.size).toBeGreaterThan(2)
      expect(readCounts(await committed(bus))).toEqual({ seen: 5_000, sum: (100 * 5_000 * 5_001) / 2 })
    })

    test('what a worker saves stands between batches and through one that fails; a worker that was replaced saves nothing', async () => {
      await using broker = await make()
      const bus = await broker.open()
      const saves: Save[] = []
      const found: (string | undefined)[] = []
      const consumer = await bus.consume('trades', {
        partition: 0,
        start: ({ fields }, _fence, save) => {
          found.push(fields.get('saved'))
          saves.push(save)
          return {
            async onBatch({ seq }): Promise<Commit> {
              await save({ set: { saved: `in ${seq}` } })
              if (saves.length === 1) throw new Error('once')
              return { set: { last: `${seq}` } }
            },
          }
        },
      })
      await until(() => saves[0], 'the first worker')
      await saves[0]!({ set: { saved: 'before any' } })
      const producer = await bus.producer('trades', options())
      producer.enqueue(trade(1))
      await until(() => producer.outstanding === 0, 'the commit')
      expect(found).toEqual([undefined, 'in 1'])
      await expect(saves[0]!({ set: { saved: 'too late' } })).rejects.toThrow('replaced')
      await saves[1]!({ set: { saved: 'after all' }, del: ['last'] })
      await consumer.close()
      await expect(saves[1]!({ set: { saved: 'too late' } })).rejects.toThrow()
      const { fields } = await committed(bus)
      expect([...fields]).toEqual([['saved', 'after all']])
      // The place of the batch stands: it is not handled again.
      expect(found).toHaveLength(2)
    })

    test('a batch that fails every time goes to the dead letters, and the next one is handled', async () => {
      await using broker = await make()
      const notices: Notice[] = []
      const bus = await broker.open({ onNotice: (notice) => void notices.push(notice) })
      let attempts = 0
      await bus.consume('trades', {
        partition: 0,
        attempts: 3,
        start: () => ({
          onBatch: ({ seq }) => {
            if (seq === 1) {
              attempts += 1
              throw new Error('poison')
            }
            return { set: { last: `${seq}` } }
          },
        }),
      })
      const producer = await bus.producer('trades', options())
      producer.enqueue(trade(1))
      producer.enqueue(trade(2))
      await until(() => producer.outstanding === 0, 'the second commit')
      expect(attempts).toBe(3)
      expect(notices).toContainEqual({ type: 'dead_letter', source: 'trades-0', reason: 'failed 3 times' })
    })

    test('a consumer that leaves in the middle hands its batch to the next, which starts from the commit', async () => {
      await using broker = await make()
      const [one, two] = [await broker.open(), await broker.open()]
      const producer = await one.producer('trades', options())
      const entered = gate()
      const first = await counting(one, async ({ seq }) => {
        if (seq < 3) return
        entered.open()
        await new Promise<void>(() => undefined)
      })
      for (let n = 0; n < 4_000; n += 1) producer.enqueue(trade(n))
      await entered.opened
      const second = await counting(two)
      expect(second.active).toBe(false)
      await first.close()
      await until(() => producer.outstanding === 0, 'the last commit')
      expect(second.active).toBe(true)
      await second.close()
      expect(readCounts(await committed(two))).toEqual({ seen: 4_000, sum: (100 * 4_000 * 4_001) / 2 })
    })

    test('a producer that is closed has sent everything it took, and takes no more', async () => {
      await using broker = await make()
      const bus = await broker.open()
      const producer = await bus.producer('trades', options())
      for (let n = 0; n < 1_700; n += 1) producer.enqueue(trade(n))
      await producer.close()
      expect(producer.enqueue(trade(1_700))).toEqual({ status: 'rejected', reason: 'closed' })
      const heard: Trade[] = []
      await counting(bus, ({ items }) => void heard.push(...items))
      await until(() => heard.length >= 1_700, 'every item')
      expect(heard.map(idOf)).toEqual(Array.from({ length: 1_700 }, (_, n) => tradeId(n)))
    })

    test('what waited before a producer began counts against its capacity', async () => {
      await using broker = await make()
      const bus = await broker.open()
      const before = await bus.producer('trades', options({ fence: fence(1, 'ingest') }))
      for (let n = 0; n < 700; n += 1) before.enqueue(trade(n))
      await before.flush()
      const after = await bus.producer('trades', options({ fence: fence(2, 'ingest'), capacity: 1_000 }))
      expect(after.outstanding).toBe(700)
      await counting(bus)
      after.enqueue(trade(700))
      await until(() => after.outstanding === 0, 'the last commit')
    })
  })
}
