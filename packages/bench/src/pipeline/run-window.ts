import type { Source } from '../frame-source/open-source.ts'
import { untilQuiet } from '../measure/quiet.ts'
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

/** Waits, not for ever, until the rest of the machine is quiet; measures a window, and says how it went. */
export async function runWindow(subject: Subject, bench: Bench, window: WindowOptions): Promise<Window> {
  const { source, options, say, signal } = bench
  const { rate, seconds } = window
  await untilQuiet(processesOf(subject, source), { seconds: options.quietWithinSeconds, signal })
  const one = await measureWindow(subject, source, { ...window, signal })
  const verdict = one.faults.length === 0 ? 'held' : one.faults.join(', ')
  const others = one.otherCpuPercent?.toFixed(0) ?? '?'
  say(
    `  ${rate}/s for ${seconds} s: ${verdict} (sent ${one.sent}, seen ${one.seen}, backlog ≤ ${one.maxBacklog}, others use ${others} % of a core)`,
  )
  return one
}
