import type { Market } from '@whalecast/events'
import { parseDecimal } from './decimal.ts'
import { textOf } from './fields.ts'

/** What a market was decided as, and what that makes one YES contract pay; nothing while it is open. */
export function decisionOf(result: unknown, value: unknown): Pick<Market, 'result' | 'settlement_e4'> {
  const decided = textOf(result)
  if (decided === null) return {}
  const paidE4 = parseDecimal(value, 4)
  const binaryE4 = decided === 'yes' ? 10_000 : decided === 'no' ? 0 : null
  return {
    result: decided,
    settlement_e4: paidE4 >= 0 && paidE4 <= 10_000 ? paidE4 : binaryE4,
  }
}
