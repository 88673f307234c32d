import { dollarsText, tellFill } from '@whalecast/events'
import type { AccountFill } from '@whalecast/kalshi'
import type { Told } from '../activities.ts'
import type { ReadingNews } from './account-book.ts'

const centsOf = (e6: number): number => e6 / 10_000

/** A match of one of the account's orders, with what is held afterwards where the exchange said so. */
export function tellAccountFill(fill: AccountFill): Told {
  const told = tellFill(fill)
  const held = fill.position_after_e2
  return { ...told, metadata: { ...told.metadata, post_position: held === null ? null : held / 100 } }
}

export type SyncTotals = {
  readonly balanceE6: number
  readonly positions: number
  readonly orders: number
}

/** A reading that changed something, or the first one; undefined for one that found everything as it was. */
export function tellSync({ first, changes }: ReadingNews, totals: SyncTotals): Told | undefined {
  const { balance_e6 = 0, positions = 0, orders = 0 } = changes ?? {}
  if (!first && balance_e6 === 0 && positions === 0 && orders === 0) return undefined
  const counts = `${totals.positions} positions, ${totals.orders} resting orders`
  return {
    type: 'sync',
    severity: 'info',
    message: `Account read: ${dollarsText(totals.balanceE6)}, ${counts}`,
    metadata: {
      sync_type: first ? 'initial' : 'periodic',
      balance: centsOf(totals.balanceE6),
      balance_change: centsOf(balance_e6),
      position_count: totals.positions,
      position_count_change: positions,
      order_count: totals.orders,
      order_count_change: orders,
    },
  }
}
