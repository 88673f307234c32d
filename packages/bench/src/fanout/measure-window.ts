import { setTimeout as wait } from 'node:timers/promises'
import type { Child } from '../child/open-child.ts'
import { UseRecorder, type MeasuredProcess } from '../measure/use-recorder.ts'
import type { TradeFeedCalls } from './feed/feed-process.ts'
import type { LoaderCalls } from './loader/loader-process.ts'
import type { LoaderReport, LoaderTarget } from './loader/loader.ts'
import type { FanoutOptions } from './options.ts'
import { faultsOf, type Sample } from './sample.ts'
import { fanOutOf, type Shape } from './shapes.ts'

export type Bench = {
  readonly loader: Child<LoaderCalls>
  readonly feed: Child<TradeFeedCalls>
  readonly redisPid: number
  readonly options: FanoutOptions
  /** Ends everything. */
  readonly signal: AbortSignal
  /** Prints one line. */
  readonly say: (line: string) => void
}

export type WindowOf = {
  readonly round: number
  readonly subject: string
  readonly pid: number
  readonly shape: Shape
  readonly rate: number
  readonly seconds: number
  readonly target: LoaderTarget
}

const warmUpSeconds = 1
const lookMs = 200
/** A server that delivers nothing for so long has lost what is still missing. */
const standstillMs = 1_500

/** Every process of the benchmark while a server is measured. */
export function processesOf({ loader, feed, redisPid }: Bench, pid: number): readonly MeasuredProcess[] {
  return [
    { name: 'server', pid },
    { name: 'loader', pid: loader.pid },
    { name: 'feed', pid: feed.pid },
    { name: 'redis', pid: redisPid },
    { name: 'bench', pid: process.pid },
  ]
}

/** Loads a server at one rate, measures what lies between a warm-up and the end, and waits for the last message. */
export async function measureWindow(bench: Bench, window: WindowOf): Promise<Sample> {
  const { loader, feed, options, signal } = bench
  const { pid, shape, rate, seconds, target, round, subject } = window
  const fanOut = fanOutOf(shape, options.clients)
  await loader.call('open', target)
  await loader.call('clear', undefined)
  await feed.call('start', { perSecond: rate / fanOut, seconds: warmUpSeconds + seconds })
  await wait(warmUpSeconds * 1_000, undefined, { signal })
  const use = new UseRecorder(processesOf(bench, pid))
  const [messagesBefore] = await Promise.all([loader.call('mark', undefined), use.look()])
  await wait(seconds * 1_000, undefined, { signal })
  const [report] = await Promise.all([loader.call('report', undefined), use.look()])
  const { printed, latestMs } = await fed(bench)
  const final = await settled(bench, printed * fanOut)

  const delivered = report.reading.messages - messagesBefore
  const { processes, otherCpuPercent } = use.result()
  const server = processes.find(({ name }) => name === 'server')
  const loaded = processes.find(({ name }) => name === 'loader')
  const sample = {
    round,
    subject,
    shape,
    rate,
    seconds,
    delivered,
    lost: printed * fanOut - final.reading.messages,
    closed: final.reading.closed,
    p50Ms: report.reading.p50Ms,
    p99Ms: report.reading.p99Ms,
    cpuMicrosPerDelivery: ((server?.cpuSeconds ?? NaN) / delivered) * 1e6,
    cpuPercent: server?.cpuPercent ?? NaN,
    loaderPercent: loaded?.cpuPercent ?? NaN,
    otherCpuPercent,
    rssBytes: server?.rss.at(-1)?.value ?? NaN,
    feedLateMs: latestMs,
  }
  return { ...sample, faults: faultsOf(sample) }
}

/** Waits until the feed has printed what it was told to. */
export async function fed({ feed, signal }: Pick<Bench, 'feed' | 'signal'>) {
  for (;;) {
    const report = await feed.call('report', undefined)
    if (!report.running) return report
    await wait(lookMs, undefined, { signal })
  }
}

/** Waits until so many messages have come, or until nothing comes any more. */
export async function settled(
  { loader, signal }: Pick<Bench, 'loader' | 'signal'>,
  expected: number,
): Promise<LoaderReport> {
  let report = await loader.call('report', undefined)
  let movedMs = performance.now()
  while (report.reading.messages < expected && performance.now() - movedMs < standstillMs) {
    await wait(lookMs, undefined, { signal })
    const now = await loader.call('report', undefined)
    if (now.reading.messages !== report.reading.messages) movedMs = performance.now()
    report = now
  }
  return report
}
