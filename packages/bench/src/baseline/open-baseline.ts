import { eventually } from '@whalecast/testkit'
import { openChild } from '../child/open-child.ts'
import type { Source } from '../frame-source/open-source.ts'
import type { Subject } from '../pipeline/subject.ts'
import type { BenchRedis } from '../system/redis.ts'
import type { ReaderCalls } from './reader-process.ts'
import type { TrackerCalls } from './tracker-process.ts'

/**
 * The same way with one BullMQ job a trade: same frames, same parser, same whale rule, two processes. It commits
 * nothing, publishes nothing and has no other service beside it, all of which is in its favour.
 */
export async function openBaseline(source: Source, redis: BenchRedis, capacity: number): Promise<Subject> {
  const reader = openChild<ReaderCalls>(new URL('./reader-process.js', import.meta.url))
  const tracker = openChild<TrackerCalls>(new URL('./tracker-process.js', import.meta.url))
  const close = async () => {
    await reader[Symbol.asyncDispose]()
    await tracker[Symbol.asyncDispose]()
  }
  const redisPort = Number(new URL(redis.url).port)
  try {
    await tracker.call('open', { redisPort })
    await reader.call('open', { wsUrl: source.wsUrl, redisPort })
    await eventually(async () => (await source.report()).subscribers > 0)
  } catch (error) {
    await close()
    throw error
  }
  return {
    name: 'one job per trade',
    capacity,
    seen: async () => (await tracker.call('counts', undefined)).seen,
    counts: async () => {
      const [read, tracked] = await Promise.all([
        reader.call('counts', undefined),
        tracker.call('counts', undefined),
      ])
      return {
        seen: tracked.seen,
        duplicates: read.duplicates + tracked.duplicates,
        rejected: read.failed + read.strange,
        pauses: 0,
        restarts: 0,
      }
    },
    processes: () => [
      { name: 'redis', pid: redis.pid },
      { name: 'reader', pid: reader.pid },
      { name: 'tracker', pid: tracker.pid },
    ],
    watchLatency: () => Promise.resolve(() => Promise.resolve([])),
    [Symbol.asyncDispose]: close,
  }
}
