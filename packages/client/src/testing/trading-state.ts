import type { ServerFrameMap } from '@whalecast/events'

export type TradingState = ServerFrameMap['trading_state']

export const position = (ticker: string, cost = 100): TradingState['positions_details'][number] => ({
  ticker,
  title: null,
  position: 5,
  side: 'yes',
  total_traded: cost,
  cost,
  market_value: null,
  unrealized_pnl: null,
  realized_pnl: 0,
  fees_paid: 0,
  market_bid: null,
  market_ask: null,
  market_close_ms: null,
  price_source: 'none',
  session_updated: false,
  last_updated_ms: 1,
})

export const order = (id: string, count = 5): TradingState['order_list'][number] => ({
  order_id: id,
  ticker: 'KXA',
  side: 'no',
  action: 'buy',
  price: 40,
  count,
  status: 'resting',
  created_ms: 1,
})

/** A trading state in which nothing is held. */
export const tradingState = (version: number, over: Partial<TradingState> = {}): TradingState => ({
  timestamp_ms: version,
  version,
  broker: 'paper',
  balance: 1_000,
  portfolio_value: 0,
  position_count: 0,
  order_count: 0,
  positions: [],
  open_orders: 0,
  order_list: [],
  sync_timestamp_ms: 1,
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
})
