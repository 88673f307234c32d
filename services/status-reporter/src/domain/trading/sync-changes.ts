import type { TradingState } from '@whalecast/events'

type Figures = NonNullable<TradingState['changes']>

/** What the newest whole read of the account changed against the one before it. */
export class SyncChanges {
  private synced: { readonly atMs: number; readonly figures: Figures } | undefined
  private newest: Figures | null

  /** @param stored What was last told of changes; it holds until a read after this. */
  constructor(stored: TradingState | undefined) {
    this.newest = stored?.changes ?? null
    if (!stored) return
    const { balance, portfolio_value, position_count: positions, order_count: orders } = stored
    this.synced = { atMs: stored.sync_timestamp_ms, figures: { balance, portfolio_value, positions, orders } }
  }

  get changes(): Figures | null {
    return this.newest
  }

  onAccount(syncedAtMs: number, figures: Figures): void {
    const { synced } = this
    if (synced?.atMs === syncedAtMs) return
    this.synced = { atMs: syncedAtMs, figures }
    if (!synced) return
    this.newest = {
      balance: figures.balance - synced.figures.balance,
      portfolio_value: figures.portfolio_value - synced.figures.portfolio_value,
      positions: figures.positions - synced.figures.positions,
      orders: figures.orders - synced.figures.orders,
    }
  }
}
