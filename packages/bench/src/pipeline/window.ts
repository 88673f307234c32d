import { setTimeout as wait } from 'node:timers/promises'
import type { SourceReport } from '../frame-source/frame-source.ts'
import type { Source } from '../frame-source/open-source.ts'
import type { Point } from '../measure/trend.ts'
import { busySeconds } from '../measure/machine-usage.ts'
import { usageOf, type Usage } from '../measure/process-usage.ts'
import type { Counts, HopLatency, MeasuredProcess, Subject } from './subject.ts'
import { faultsOf, isOverrun, type WindowFacts } from './verdict.ts'

/** How often a window is looked at: a backlog that comes and goes in between is smaller than one that matters. */
const lookEveryMs = 200
/** A system that makes no progress for so long has lost what is still missing. */
const standstillMs = 5_000

export type ProcessUse = {
  readonly name: string
  /** Share of one core, in per cent. */
  readonly cpuPercent: number
  readonly rss: readonly Point[]
}

export type Window = WindowFacts & {
  /** Empty when the rate was held. */
  readonly faults: readonly string[]
  /** The most that a trade was sent after its time. */
  readonly latestMs: number
  readonly latency: readonly HopLatency[]
  readonly processes: readonly ProcessUse[]
  /** What everything else on this machine used, in per cent of one core; much of it makes the window worthless. */
  readonly otherCpuPercent: number | undefined
}

export type WindowOptions = {
  readonly rate: number
  readonly seconds: number
  /** Ends as soon as the verdict is clear. @default true */
  readonly endEarly?: boolean
}

/** Sends trades at a rate for some seconds, waits until the last has been seen, and tells what came of it. */
export async function measureWindow(
  subject: Subject,
  source: Source,
  { rate, seconds, endEarly = true }: WindowOptions,
): Promise<Window> {
  const { capacity } = subject
  const processes = [
    { name: 'frame source', pid: source.pid },
    { name: 'bench', pid: process.pid },
    ...(await subject.processes()),
  ]
  const use = new UseRecorder(processes)
  await use.look()
  const latency = await subject.watchLatency()
  const before = await subject.counts()
  const behind = (report: SourceReport, counts: Counts) => report.sent - (counts.seen - before.seen)

  await source.start({ rate, total: Math.round(rate * seconds) })
  let maxBacklog = 0
  let report: SourceReport
  do {
    await wait(lookEveryMs)
    report = await source.report()
    const backlog = behind(report, await subject.counts())
    maxBacklog = Math.max(maxBacklog, backlog)
    await use.look()
    const slow = report.elapsedMs > seconds * 1_500
    if (slow || (endEarly && isOverrun(backlog, capacity))) await source.stop()
  } while (report.running)
  report = await source.report()
  const { processes: processUse, otherCpuPercent } = use.result()
  const after = await settled(subject, (counts) => behind(report, counts))

  const facts: WindowFacts = {
    rate,
    seconds,
    capacity,
    sent: report.sent,
    elapsedMs: report.elapsedMs,
    seen: after.seen - before.seen,
    duplicates: after.duplicates - before.duplicates,
    rejected: after.rejected - before.rejected,
    pauses: after.pauses - before.pauses,
    restarts: after.restarts - before.restarts,
    maxBacklog,
  }
  return {
    ...facts,
    faults: faultsOf(facts),
    latestMs: report.latestMs,
    latency: await latency(),
    processes: processUse,
    otherCpuPercent,
  }
}

/** The counts once nothing is behind any more, or once nothing has moved for too long. */
async function settled(subject: Subject, behind: (counts: Counts) => number): Promise<Counts> {
  let counts = await subject.counts()
  let movedMs = performance.now()
  while (behind(counts) > 0 && performance.now() - movedMs < standstillMs) {
    await wait(lookEveryMs)
    const next = await subject.counts()
    if (next.seen !== counts.seen) movedMs = performance.now()
    counts = next
  }
  return counts
}

/** Follows CPU and memory of processes. One that was started again is followed no longer. */
class UseRecorder {
  private readonly processes: readonly MeasuredProcess[]
  private readonly looks = new Map<number, { readonly atMs: number; readonly usage: Usage }[]>()
  private readonly machine: Point[] = []

  constructor(processes: readonly MeasuredProcess[]) {
    this.processes = processes
  }

  async look(): Promise<void> {
    const atMs = performance.now()
    const busy = await busySeconds()
    if (busy !== undefined) this.machine.push({ atMs, value: busy })
    await Promise.all(
      this.processes.map(async ({ pid, opsUrl }) => {
        const usage = await usageOf(pid, opsUrl)
        const looks = this.looks.get(pid) ?? []
        if (usage) this.looks.set(pid, [...looks, { atMs, usage }])
      }),
    )
  }

  result(): { readonly processes: ProcessUse[]; readonly otherCpuPercent: number | undefined } {
    const processes = this.processUse()
    const [first, last] = [this.machine[0], this.machine.at(-1)]
    if (!first || !last || first === last) return { processes, otherCpuPercent: undefined }
    const all = percentOf(last.value - first.value, last.atMs - first.atMs)
    const ours = processes.reduce((sum, { cpuPercent }) => sum + cpuPercent, 0)
    return { processes, otherCpuPercent: Math.max(0, all - ours) }
  }

  private processUse(): ProcessUse[] {
    return this.processes.flatMap(({ name, pid }) => {
      const looks = this.looks.get(pid) ?? []
      const [first, last] = [looks[0], looks.at(-1)]
      if (!first || !last || first === last) return []
      const cpuSeconds = last.usage.cpuSeconds - first.usage.cpuSeconds
      return [
        {
          name,
          cpuPercent: percentOf(cpuSeconds, last.atMs - first.atMs),
          rss: looks.map(({ atMs, usage }) => ({ atMs, value: usage.rssBytes })),
        },
      ]
    })
  }
}

/** Of one core. */
function percentOf(cpuSeconds: number, ms: number): number {
  return (cpuSeconds / ms) * 100_000
}
