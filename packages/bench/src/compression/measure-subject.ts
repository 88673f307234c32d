import { setTimeout as wait } from 'node:timers/promises'
import type { Child } from '../child/open-child.ts'
import { openSubject } from '../fanout/open-subject.ts'
import { UseRecorder } from '../measure/use-recorder.ts'
import type { ClientsCalls } from './clients/clients-process.ts'
import { compareBooks, type Compared } from './clients/seen-books.ts'
import type { FeedRun } from './feed/book-feed.ts'
import type { BookFeedCalls } from './feed/feed-process.ts'
import type { CompressionOptions } from './options.ts'
import type { SubjectId, SubjectKind } from './subjects.ts'

export type Bench = {
  readonly clients: Child<ClientsCalls>
  readonly feed: Child<BookFeedCalls>
  readonly redis: { readonly url: string; readonly pid: number }
  readonly options: CompressionOptions
  /** Ends everything. */
  readonly signal: AbortSignal
  /** Prints one line. */
  readonly say: (line: string) => void
}

/** What was measured of one server in one round. */
export type Sample = Compared & {
  readonly round: number
  readonly subject: SubjectId
  /** Deliveries: each of a book to a client. */
  readonly books: number
  readonly bytesPerBook: number
  readonly bytesPerClientSecond: number
  /** Of the server, all of its threads. */
  readonly cpuMicrosPerBook: number
  readonly cpuPercent: number
  readonly rssBytes: number
  /** From when a book was made to when a client had read it. */
  readonly p50Ms: number | undefined
  readonly p99Ms: number | undefined
  /** Connections that the server ended, by close code. */
  readonly closed: readonly number[]
  readonly clientsPercent: number
  /** What everything else on this machine used, in per cent of one core. */
  readonly otherCpuPercent: number | undefined
}

export type Round = {
  readonly round: number
  readonly kind: SubjectKind
  readonly channels: readonly string[]
  readonly core: number | undefined
}

const lookMs = 100
/** A server that delivers nothing for so long has nothing more. */
const standstillMs = 1_500

/**
 * Measures a server from one rest to the next: all that it does for the books of a window counts, and none of what it
 * does for others.
 */
export async function measureSubject(bench: Bench, { round, kind, channels, core }: Round): Promise<Sample> {
  const { clients, redis, options } = bench
  await using subject = await openSubject(kind.launch(redis.url), core)
  const url = `ws://127.0.0.1:${subject.port}/ws`
  await clients.call('open', { url, channels, clients: options.clients, ...kind.reading })
  // The same books for every server of a round. It ends when every client has the newest: none of these comes later.
  await publish(bench, { seconds: options.warmUpSeconds, seed: round })
  const use = new UseRecorder([
    { name: 'server', pid: subject.pid },
    { name: 'clients', pid: clients.pid },
    { name: 'feed', pid: bench.feed.pid },
    { name: 'redis', pid: redis.pid },
    { name: 'bench', pid: process.pid },
  ])
  await use.look()
  const { report, compared, lastedMs } = await publish(bench, { seconds: options.seconds })
  await use.look()
  await clients.call('close', undefined)

  const { processes, otherCpuPercent } = use.result()
  const server = processes.find(({ name }) => name === 'server')
  const { books, bytes, p50Ms, p99Ms, closed, strayChanges } = report
  return {
    round,
    subject: kind.id,
    books,
    bytesPerBook: bytes / books,
    bytesPerClientSecond: bytes / options.clients / (lastedMs / 1_000),
    cpuMicrosPerBook: ((server?.cpuSeconds ?? NaN) / books) * 1e6,
    cpuPercent: server?.cpuPercent ?? NaN,
    rssBytes: server?.rss.at(-1)?.value ?? NaN,
    p50Ms,
    p99Ms,
    closed,
    clientsPercent: processes.find(({ name }) => name === 'clients')?.cpuPercent ?? NaN,
    otherCpuPercent,
    ...compared,
    wrong: compared.wrong + strayChanges,
  }
}

/** Has books published for so long, and waits until every client has the newest, or nothing comes any more. */
async function publish({ clients, feed, options, signal }: Bench, run: FeedRun) {
  await clients.call('clear', undefined)
  await feed.call('start', run)
  let fed = await feed.call('report', undefined)
  while (fed.running) {
    await wait(lookMs, undefined, { signal })
    fed = await feed.call('report', undefined)
  }
  let movedMs = performance.now()
  for (let books = -1; ; await wait(lookMs, undefined, { signal })) {
    const report = await clients.call('report', undefined)
    const compared = compareBooks(fed.published, report.seen, options.clients)
    if (report.books !== books) movedMs = performance.now()
    books = report.books
    const isOver = compared.behind === 0 || performance.now() - movedMs > standstillMs
    if (isOver) return { report, compared, lastedMs: fed.lastedMs }
  }
}
