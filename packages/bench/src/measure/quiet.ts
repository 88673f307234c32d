import { setTimeout as wait } from 'node:timers/promises'
import { UseRecorder, type MeasuredProcess } from './use-recorder.ts'

/** Of one core: what a machine does that does nothing. */
const quietPercent = 15
const lookMs = 1_000

/** Whether so much else ran beside a window that its failure says little of what was measured. */
export function isDisturbed(otherCpuPercent: number | undefined): boolean {
  return otherCpuPercent !== undefined && otherCpuPercent > 2 * quietPercent
}

/** Waits, not for ever, until all but these processes is quiet. */
export async function untilQuiet(
  processes: readonly MeasuredProcess[],
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<void> {
  const untilMs = performance.now() + seconds * 1_000
  while (performance.now() < untilMs) {
    const use = new UseRecorder(processes)
    await use.look()
    await wait(lookMs, undefined, { signal })
    await use.look()
    if ((use.result().otherCpuPercent ?? 0) < quietPercent) return
  }
}
