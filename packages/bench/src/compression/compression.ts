import { openChild } from '../child/open-child.ts'
import { keepFirstCoreFree } from '../fanout/pinning.ts'
import { tickers as allTickers } from '../fanout/shapes.ts'
import { thisMachine, type Machine } from '../measure/machine.ts'
import { openBenchRedis } from '../system/redis.ts'
import type { ClientsCalls } from './clients/clients-process.ts'
import type { BookFeedCalls } from './feed/feed-process.ts'
import { measureLevels, type LevelCost } from './levels.ts'
import { measureSubject, type Bench, type Sample } from './measure-subject.ts'
import type { CompressionOptions } from './options.ts'
import { subjectKinds, type SubjectKind } from './subjects.ts'

export type CompressionResult = {
  readonly at: string
  readonly options: CompressionOptions
  readonly machine: Machine & { readonly pinning: string; readonly redis: string }
  readonly subjects: readonly Pick<SubjectKind, 'id' | 'name'>[]
  readonly samples: readonly Sample[]
  readonly levels: readonly LevelCost[]
}

/** Measures what compressed order books cost and save, at ws-broadcast and at `ws`, in interleaved rounds. */
export async function runCompression(
  options: CompressionOptions,
  { say, signal }: Pick<Bench, 'say' | 'signal'>,
): Promise<CompressionResult> {
  const pinning = keepFirstCoreFree()
  const tickers = allTickers.slice(0, options.markets)
  const channels = tickers.map((ticker) => `book:${ticker}`)
  await using redis = await openBenchRedis()
  await using clients = openChild<ClientsCalls>(new URL('./clients/clients-process.js', import.meta.url))
  await using feed = openChild<BookFeedCalls>(new URL('./feed/feed-process.js', import.meta.url))
  await feed.call('open', { redisUrl: redis.url, tickers })
  const bench = { clients, feed, redis, options, say, signal }
  const samples: Sample[] = []
  for (let round = 1; round <= options.rounds; round += 1)
    for (const kind of subjectKinds) {
      signal.throwIfAborted()
      const sample = await measureSubject(bench, { round, kind, channels, core: pinning.subject })
      say(`round ${round} of ${options.rounds}: ${kind.id}: ${textOf(sample)}`)
      samples.push(sample)
    }
  return {
    at: new Date().toISOString(),
    options,
    machine: { ...thisMachine(), pinning: pinning.text, redis: redis.version },
    subjects: subjectKinds.map(({ id, name }) => ({ id, name })),
    samples,
    levels: measureLevels(options.repeats),
  }
}

function textOf({
  books,
  bytesPerBook,
  cpuMicrosPerBook,
  cpuPercent,
  otherCpuPercent: others,
}: Sample): string {
  const busy = `server ${cpuPercent.toFixed(0)} %, others ${others?.toFixed(0) ?? '?'} %`
  return `${books} books of ${bytesPerBook.toFixed(0)} bytes, ${cpuMicrosPerBook.toFixed(1)} µs each (${busy})`
}
