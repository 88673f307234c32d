/** Chance from a seed: the same seed gives the same run. */
export type Random = {
  /** A whole number from 0 to below `limit`. */
  int(limit: number): number
  pick<T>(items: readonly T[]): T
  /** True once in so many times. */
  once(inTimes: number): boolean
  /** A stream of its own, for part `index` of a run. */
  fork(index: number): Random
}

/** Mulberry32: 32 bits of state, good enough to look for faults. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const int = (limit: number) => next() % limit
  return {
    int,
    pick: (items) => {
      const item = items[int(items.length)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
    once: (inTimes) => int(inTimes) === 0,
    fork: (index) => createRandom(Math.imul(seed ^ 0x9e3779b9, index + 1) ^ (index << 7)),
  }
}
