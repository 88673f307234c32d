export type SearchOptions = {
  /** The first rate that is tried. */
  readonly start: number
  /** From one rate to the next, until one is not held (or, downwards, until one is). */
  readonly factor: number
  /** Ends when the lowest rate not held is less than this share above the highest held. */
  readonly resolution: number
  /** Rates are looked for between these. */
  readonly floor: number
  readonly ceiling: number
  readonly holds: (rate: number) => Promise<boolean>
}

/**
 * The highest rate that is held: in steps of `factor` until one is not, then by halving what lies between. 0 when not
 * even the floor is held. Takes for granted that a system which holds a rate also holds every lower one.
 */
export async function highestHeld(options: SearchOptions): Promise<number> {
  const { start, factor, resolution, floor, ceiling, holds } = options
  let held = 0
  let failed = Infinity
  let rate = Math.min(start, ceiling)
  for (;;) {
    if (await holds(rate)) held = rate
    else failed = rate
    if (held >= ceiling || failed <= floor) return held
    if (failed === Infinity) rate = Math.min(ceiling, rounded(held * factor))
    else if (held === 0) rate = Math.max(floor, rounded(failed / factor))
    else {
      if (failed <= held * (1 + resolution)) return held
      rate = rounded(Math.sqrt(held * failed))
      if (rate <= held || rate >= failed) return held
    }
  }
}

/** To three digits: more would claim what no window can measure. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(3))
}
