import type { TradingState } from '../trading-state.ts'
import { epochMs } from './account-samples.ts'

type PositionDetail = TradingState['positions_details'][number]
type OrderItem = TradingState['order_list'][number]

/** A paper account as screens see it, in which nothing is held; each version has another balance. */
export function sampleTradingState(version: number, over: Partial<TradingState> = {}): TradingState {
  return {
    timestamp_ms: epochMs + version,
    version,
    broker: 'paper',
    balance: 100_000 - version,
    portfolio_value: 0,
    position_count: 0,
    order_count: 0,
    positions: [],
    open_orders: 0,
    order_list: [],
    sync_timestamp_ms: epochMs,
    changes: null,
    order_group: null,
    pnl: null,
    positions_details: [],
    position_listener: {
      mode: 'polling',
      connected: false,
      positions_received: 0,
      fills_received: 0,
      last_update_ms: null,
      connection_count: 0,
    },
    session_updates: { updated_tickers: [], count: 0 },
    fills: [],
    settlements: [],
    settlements_count: 0,
    ...over,
  }
}

/** Five contracts of YES without a mark. */
export function samplePositionDetail(ticker: string, over: Partial<PositionDetail> = {}): PositionDetail {
  return {
    ticker,
    title: null,
    position: 5,
    side: 'yes',
    total_traded: 100,
    cost: 100,
    market_value: null,
    unrealized_pnl: null,
    realized_pnl: 0,
    fees_paid: 0,
    market_bid: null,
    market_ask: null,
    market_close_ms: null,
    price_source: 'none',
    session_updated: false,
    last_updated_ms: epochMs,
    ...over,
  }
}

/** Five contracts of NO that wait to be bought. */
export function sampleOrderItem(id: string, over: Partial<OrderItem> = {}): OrderItem {
  return {
    order_id: id,
    ticker: 'KXA',
    side: 'no',
    action: 'buy',
    price: 40,
    count: 5,
    status: 'resting',
    created_ms: epochMs,
    ...over,
  }
}
