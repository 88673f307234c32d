import { setTimeout as wait } from 'node:timers/promises'
import type { Source } from '../frame-source/open-source.ts'
import { UseRecorder } from '../measure/use-recorder.ts'
import type { PipelineOptions } from './options.ts'
import type { Subject } from './subject.ts'
import { measureWindow, processesOf, type Window, type WindowOptions } from './window.ts'

export type Bench = {
  readonly source: Source
  readonly options: PipelineOptions
  /** Ends everything. */
  readonly signal: AbortSignal
  /** Prints one line. */
  readonly say: (line: string) => void
}

/** Of one core: what a machine does that does nothing. */
const quietPercent = 15
const lookMs = 1_000

/** Waits, not for ever, until the rest of the machine is quiet; measures a window, and says how it went. */
export async function runWindow(subject: Subject, bench: Bench, window: WindowOptions): Promise<Window> {
  const { source, say, signal } = bench
  const { rate, seconds } = window
  await untilQuiet(subject, bench)
  const one = await measureWindow(subject, source, { ...window, signal })
  const verdict = one.faults.length === 0 ? 'held' : one.faults.join(', ')
  const others = one.otherCpuPercent?.toFixed(0) ?? '?'
  say(
    `  ${rate}/s for ${seconds} s: ${verdict} (sent ${one.sent}, seen ${one.seen}, backlog ≤ ${one.maxBacklog}, others use ${others} % of a core)`,
  )
  return one
}

/** Whether so much else ran beside a window that its failure says little of the system. */
export function isDisturbed({ otherCpuPercent }: Window): boolean {
  return otherCpuPercent !== undefined && otherCpuPercent > 2 * quietPercent
}

async function untilQuiet(subject: Subject, { source, options, signal }: Bench): Promise<void> {
  const untilMs = performance.now() + options.quietWithinSeconds * 1_000
  while (performance.now() < untilMs) {
    const use = new UseRecorder(processesOf(subject, source))
    await use.look()
    await wait(lookMs, undefined, { signal })
    await use.look()
    if ((use.result().otherCpuPercent ?? 0) < quietPercent) return
  }
}
