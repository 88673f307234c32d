import { setTimeout as wait } from 'node:timers/promises'
import { usageOf } from '../measure/process-usage.ts'
import type { Received } from './loader/loader.ts'
import { fed, measureWindow, settled, type Bench, type WindowOf } from './measure-window.ts'

export type Stall = {
  readonly round: number
  readonly subject: string
  readonly rate: number
  readonly stalledClients: number
  readonly p99BeforeMs: number | undefined
  /** Of the clients that read, while the others do not. */
  readonly p99Ms: number | undefined
  readonly healthyLost: number
  readonly healthyClosed: number
  /** The highest memory while they stalled, over that before. */
  readonly extraBytes: number
  /** What became of those that stalled, once they read again. */
  readonly stalled: Pick<Received, 'messages' | 'closed'>
}

const lookMs = 500

/** Some clients stop reading for a while under load, then read on: what the others notice, and what it costs. */
export async function measureStall(bench: Bench, window: Omit<WindowOf, 'shape'>): Promise<Stall> {
  const { loader, feed, options, signal } = bench
  const { pid, rate, round, subject } = window
  const { beforeSeconds, seconds, clients, resumedMs } = options.stall
  const before = await measureWindow(bench, { ...window, shape: 'single', seconds: beforeSeconds })
  let highest = 0
  await loader.call('clear', undefined)
  await loader.call('stall', clients)
  await feed.call('start', { perSecond: rate / options.clients, seconds })
  const untilMs = performance.now() + seconds * 1_000
  while (performance.now() < untilMs) {
    await wait(lookMs, undefined, { signal })
    highest = Math.max(highest, (await usageOf(pid))?.rssBytes ?? 0)
  }
  const { printed } = await fed(bench)
  const healthy = (await settled(bench, printed * (options.clients - clients))).reading
  await loader.call('resume', undefined)
  await wait(resumedMs, undefined, { signal })
  const { stalled } = await loader.call('report', undefined)
  await loader.call('close', undefined)
  return {
    round,
    subject,
    rate,
    stalledClients: clients,
    p99BeforeMs: before.p99Ms,
    p99Ms: healthy.p99Ms,
    healthyLost: printed * (options.clients - clients) - healthy.messages,
    healthyClosed: Object.values(healthy.closed).reduce((sum, count) => sum + count, 0),
    extraBytes: highest - before.rssBytes,
    stalled: { messages: stalled.messages, closed: stalled.closed },
  }
}
