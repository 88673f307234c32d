import { isDisturbed } from '../measure/quiet.ts'
import { runWindow, type Bench } from './run-window.ts'
import { highestHeld } from './search.ts'
import type { Subject } from './subject.ts'
import type { Window } from './window.ts'

const growth = 1.5
const floor = 100
/** Noise is no limit of the system: a rate fails when it failed so often, or so often on a machine that was quiet. */
const chances = { all: 4, quiet: 2 }

export type Found = {
  readonly name: string
  /** The highest rate that was held; 0 for none. */
  readonly rate: number
  /** The last window in which it was. */
  readonly best: Window | undefined
  readonly windows: readonly Window[]
}

/** The highest rate that a system holds, found window by window. */
export async function findRate(subject: Subject, bench: Bench, start: number): Promise<Found> {
  const { options, say } = bench
  say(`looking for the highest rate of ${subject.name}`)
  const windows: Window[] = []
  const holds = async (rate: number) => {
    const failed: Window[] = []
    while (
      failed.length < chances.all &&
      failed.filter((one) => !isDisturbed(one.otherCpuPercent)).length < chances.quiet
    ) {
      const one = await runWindow(subject, bench, { rate, seconds: options.windowSeconds })
      windows.push(one)
      if (one.faults.length === 0) return true
      failed.push(one)
    }
    return false
  }
  const { resolution, ceiling } = options.search
  const rate = await highestHeld({ start, factor: growth, resolution, floor, ceiling, holds })
  const best = windows.findLast((one) => one.rate === rate && one.faults.length === 0)
  return { name: subject.name, rate, best, windows }
}
