import { slopePerSecond } from '../measure/trend.ts'
import type { ProcessUse } from '../measure/use-recorder.ts'

/** A garbage collector's freedom: a high water this much above the earlier one is no growth. */
const tolerance = { factor: 1.1, extraBytes: 16 * 2 ** 20 }

export type Memory = {
  readonly name: string
  /** Highest before, first, last and highest of the soak, in bytes. */
  readonly highestBefore: number
  readonly first: number
  readonly last: number
  readonly highest: number
  readonly bytesPerSecond: number
  /** Whether the highest stayed within the tolerance of the highest before. */
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
      flat: highest <= Math.max(highestBefore * tolerance.factor, highestBefore + tolerance.extraBytes),
    }
  })
}
