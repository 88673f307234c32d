import { slopePerSecond } from '../measure/trend.ts'
import type { ProcessUse } from '../measure/use-recorder.ts'

/** A garbage collector's freedom: a high water this much above the earlier one is no growth. */
const highWater = { factor: 1.1, extraBytes: 16 * 2 ** 20 }
/** How much more the middle value of the last third may be than that of the first: a leak of 1 MB/s is 40 MB. */
const middle = { factor: 1.05, extraBytes: 8 * 2 ** 20 }

export type Memory = {
  readonly name: string
  /** Highest before, first, last and highest of the soak, in bytes. */
  readonly highestBefore: number
  readonly first: number
  readonly last: number
  readonly highest: number
  readonly bytesPerSecond: number
  /** Whether neither the highest rose above the highest before, nor the last third above the first. */
  readonly flat: boolean
}

/** Memory of each process over a soak, against its highest in the windows before. */
export function memoryOf(soak: readonly ProcessUse[], before: readonly (readonly ProcessUse[])[]): Memory[] {
  return soak.map(({ name, rss }) => {
    const values = rss.map(({ value }) => value)
    const highestBefore = Math.max(
      values[0] ?? 0,
      ...before.flat().flatMap((use) => (use.name === name ? use.rss.map(({ value }) => value) : [])),
    )
    const highest = Math.max(0, ...values)
    return {
      name,
      highestBefore,
      first: values[0] ?? 0,
      last: values.at(-1) ?? 0,
      highest,
      bytesPerSecond: slopePerSecond(rss),
      flat:
        highest <= Math.max(highestBefore * highWater.factor, highestBefore + highWater.extraBytes) &&
        !grows(values),
    }
  })
}

function grows(values: readonly number[]): boolean {
  const third = Math.ceil(values.length / 3)
  const early = median(values.slice(0, third))
  const late = median(values.slice(-third))
  return late > early * middle.factor + middle.extraBytes
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
