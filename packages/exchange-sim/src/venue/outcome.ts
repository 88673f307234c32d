/** The outcome an order buys. Selling one outcome is buying the other at the complement price. */
export type Outcome = 'yes' | 'no'

/** The other outcome. */
export function opposite(side: Outcome): Outcome {
  return side === 'yes' ? 'no' : 'yes'
}
