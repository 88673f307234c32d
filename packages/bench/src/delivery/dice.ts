import { randomWords } from '../frame-source/random-words.ts'

/** Whole numbers from 0 to below a bound: the same seed, the same numbers. */
export type Dice = (below: number) => number

export function dice(seed: number): Dice {
  // Small seeds are alike in their first words.
  const next = randomWords(Math.imul(seed, 0x9e37_79b1))
  return (below) => next() % below
}
