import type { Health, TradingState } from './frames.ts'
import { healthGroups, isIll } from './health-groups.ts'

/** Who keeps an account, and who shows it. */
const keepers: Readonly<Record<TradingState['broker'], readonly string[]>> = {
  paper: ['executor', 'status_reporter'],
  exchange: ['account_sync', 'status_reporter'],
}

/**
 * Why the account may be another one than it was last told; null while whoever keeps and shows it is well. An account
 * in which nothing happens is not told again, so its age says nothing.
 */
export function accountTrouble(health: Health | null, account: TradingState | null): string | null {
  if (account === null) return null
  const ill = healthGroups(health, []).find(
    (group) => isIll(group) && keepers[account.broker].includes(group.component),
  )
  return ill ? `${ill.component.replaceAll('_', ' ')} is ${ill.status}` : null
}
