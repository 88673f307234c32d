import type { Account } from '@whalecast/events'
import { paperGroup } from './paper-account.ts'
import type { PaperState } from './paper-state.ts'

/** A paper account as it is published. Nothing is ever paid in or out, so all that cash moved was trading. */
export function toAccount(state: PaperState, nowMs: number): Account {
  const resting = state.orders.filter(({ status }) => status === 'resting')
  const lastMs = Math.max(
    0,
    ...state.positions.map((one) => one.updated_at_ms),
    ...state.orders.map((one) => one.created_at_ms),
    state.settlements[0]?.settled_at_ms ?? 0,
  )
  return {
    broker: 'paper',
    balance_e6: state.cash_e6,
    positions: state.positions,
    orders: resting.map(
      ({ amount_e6: _amount, fee_e6: _fee, rests_until_ms: _until, fees: _fees, ...order }) => order,
    ),
    fills: state.fills,
    settlements: state.settlements,
    settlements_count: state.settlements_count,
    order_group: {
      order_group_id: paperGroup,
      status: 'active',
      order_ids: resting.map((order) => order.order_id),
      contracts_limit_e2: null,
    },
    traded_cash_e6: state.cash_e6 - state.initial_e6,
    ledger_since_ms: state.since_ms,
    listener: {
      mode: 'live',
      connected: true,
      positions_received: state.positions.length,
      fills_received: state.fills_count,
      orders_received: state.orders.length,
      connection_count: 1,
      last_update_ms: lastMs === 0 ? null : lastMs,
    },
    synced_at_ms: nowMs,
    timestamp_ms: nowMs,
  }
}
