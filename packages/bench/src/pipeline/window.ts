import { setTimeout as wait } from 'node:timers/promises'
import type { SourceReport } from '../frame-source/frame-source.ts'
import type { Source } from '../frame-source/open-source.ts'
import { UseRecorder, type MeasuredProcess, type ProcessUse } from '../measure/use-recorder.ts'
import type { HopLatency, Subject } from './subject.ts'
import { isOverrun, lossesOf, strainsOf, type WindowFacts } from './verdict.ts'

/** How often a window is looked at: a backlog that comes and goes in between is smaller than one that matters. */
const lookEveryMs = 200
/** A system that makes no progress for so long has lost what is still missing. */
const standstillMs = 5_000

export type Window = WindowFacts & {
  /** What was lost or came late; empty when nothing was. */
  readonly losses: readonly string[]
  /** These, and what shows that it was too much for the system; empty when the rate was held. */
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
  /** Rejects at once when it aborts. */
  readonly signal?: AbortSignal
}

/** Sends trades at a rate for some seconds, waits until the last has been seen, and tells what came of it. */
export async function measureWindow(
  subject: Subject,
  source: Source,
  { rate, seconds, endEarly = true, signal }: WindowOptions,
): Promise<Window> {
  const { capacity } = subject
  const use = new UseRecorder(processesOf(subject, source))
  await use.look()
  const latency = await subject.watchLatency()
  const before = await subject.counts()
  const behind = (sent: number, seen: number) => sent - (seen - before.seen)

  await source.start({ rate, total: Math.round(rate * seconds) })
  let maxBacklog = 0
  let report: SourceReport
  do {
    await wait(lookEveryMs, undefined, { signal })
    report = await source.report()
    const backlog = behind(report.sent, await subject.seen())
    maxBacklog = Math.max(maxBacklog, backlog)
    await use.look()
    const slow = report.elapsedMs > seconds * 1_500
    if (slow || (endEarly && isOverrun(backlog, capacity))) await source.stop()
  } while (report.running)
  report = await source.report()
  const { processes: processUse, otherCpuPercent } = use.result()
  const { sent } = report
  await settled(subject, (seen) => behind(sent, seen) <= 0, signal)
  const after = await subject.counts()

  const facts: WindowFacts = {
    rate,
    seconds,
    capacity,
    sent,
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
    losses: lossesOf(facts),
    faults: [...lossesOf(facts), ...strainsOf(facts)],
    latestMs: report.latestMs,
    latency: await latency(),
    processes: processUse,
    otherCpuPercent,
  }
}

/** Every process of the benchmark while this system is measured. */
export function processesOf(subject: Subject, source: Source): MeasuredProcess[] {
  return [
    { name: 'frame source', pid: source.pid },
    { name: 'bench', pid: process.pid },
    ...subject.processes(),
  ]
}

/** Waits until all has been seen, or until nothing has moved for too long. */
async function settled(
  subject: Subject,
  isAll: (seen: number) => boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  let seen = await subject.seen()
  let movedMs = performance.now()
  while (!isAll(seen) && performance.now() - movedMs < standstillMs) {
    await wait(lookEveryMs, undefined, { signal })
    const now = await subject.seen()
    if (now !== seen) movedMs = performance.now()
    seen = now
  }
}
