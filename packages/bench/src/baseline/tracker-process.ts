import { RecentIds } from '@whalecast/bus'
import type { Trade } from '@whalecast/events'
import { WhaleTracker } from '@whalecast/whale-tracker/domain/whales'
import { Worker } from 'bullmq'
import { serveCalls } from '../child/serve-calls.ts'
import { queueName, redisOptions } from './baseline-queue.ts'

const concurrency = 200
const idMemory = { windowMs: 600_000, maxIds: 4_000_000, now: Date.now }
/** The services' own defaults. */
const rule = {
  queueSize: 10,
  windowMs: 300_000,
  minSizeE6: 100_000_000,
  eventMinPayoutE6: 10_000_000_000,
  metric: 'payout',
} as const

export type TrackerCounts = { readonly seen: number; readonly duplicates: number }
export type TrackerCalls = {
  readonly open: { readonly input: { readonly redisPort: number }; readonly output: void }
  readonly counts: { readonly input: void; readonly output: TrackerCounts }
}

const tracker = new WhaleTracker(rule, {
  tally: { seen: 0, discarded: 0, duplicates: 0, watermarkMs: 0 },
  trades: [],
})
const ids = new RecentIds(idMemory)

serveCalls<TrackerCalls>({
  open: async ({ redisPort }) => {
    const worker = new Worker<Trade>(
      queueName,
      async ({ data }) => void tracker.onTrades([data], (id) => ids.add(id), Date.now()),
      { connection: redisOptions(redisPort), concurrency, removeOnComplete: { count: 0 } },
    )
    worker.on('error', (error) => process.stderr.write(`${error.message}\n`))
    await worker.waitUntilReady()
  },
  counts: () => tracker.tally,
})
