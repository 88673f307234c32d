import type {
  Account,
  AccountOrder,
  AccountPosition,
  Fill,
  Market,
  Settlement,
  TradingState,
} from '@whalecast/events'
import type { Mark } from './mark.ts'

const centsOf = (e6: number): number => e6 / 10_000

/** A trading state before it has a version. */
export type TradingContent = Omit<TradingState, 'version' | 'timestamp_ms'>

export type Sources = {
  readonly account: Account
  /** By ticker; a position without one counts as what it cost. */
  readonly marks: ReadonlyMap<string, Mark>
  readonly markets: ReadonlyMap<string, Market>
  /** Markets in which the socket changed something this session. */
  readonly updatedTickers: readonly string[]
  readonly changes: TradingState['changes']
  readonly pnl: TradingState['pnl']
}

/** What the positions are worth together. */
export function portfolioOf(positions: readonly AccountPosition[], marks: ReadonlyMap<string, Mark>) {
  const missing = positions.filter(({ market_ticker }) => !marks.has(market_ticker))
  const valueE6 = positions.reduce(
    (sum, { market_ticker, cost_e6 }) => sum + (marks.get(market_ticker)?.valueE6 ?? cost_e6),
    0,
  )
  const costE6 = positions.reduce((sum, { cost_e6 }) => sum + cost_e6, 0)
  const complete = missing.length === 0
  return { valueE6, complete, unrealizedE6: complete ? valueE6 - costE6 : null }
}

/** The account as screens see it. Lists have one order whatever the order of their source, so that changes stay small. */
export function toTradingContent(sources: Sources): TradingContent {
  const { account, marks, updatedTickers, changes, pnl } = sources
  const positions = account.positions.toSorted((a, b) => (a.market_ticker < b.market_ticker ? -1 : 1))
  const tickers = positions.map(({ market_ticker }) => market_ticker)
  const orders = account.orders.toSorted(
    (a, b) => (b.created_at_ms ?? 0) - (a.created_at_ms ?? 0) || (a.order_id < b.order_id ? -1 : 1),
  )
  const { orders_received: _, ...listener } = account.listener
  return {
    broker: account.broker,
    balance: centsOf(account.balance_e6),
    portfolio_value: centsOf(portfolioOf(positions, marks).valueE6),
    position_count: positions.length,
    order_count: orders.length,
    positions: tickers,
    open_orders: orders.length,
    order_list: orders.map(toOrder),
    sync_timestamp_ms: account.synced_at_ms,
    changes,
    order_group: toGroup(account.order_group),
    pnl,
    positions_details: positions.map((position) => toPosition(position, sources)),
    position_listener: listener,
    session_updates: { updated_tickers: [...updatedTickers], count: updatedTickers.length },
    fills: account.fills.toSorted((a, b) => b.filled_at_ms - a.filled_at_ms).map(toFill),
    settlements: account.settlements.toSorted((a, b) => b.settled_at_ms - a.settled_at_ms).map(toSettlement),
    settlements_count: account.settlements_count,
  }
}

function toPosition(
  position: AccountPosition,
  { marks, markets, updatedTickers }: Sources,
): TradingState['positions_details'][number] {
  const { market_ticker: ticker, position_e2, cost_e6 } = position
  const mark = marks.get(ticker)
  const market = markets.get(ticker)
  return {
    ticker,
    title: market?.title ?? null,
    position: position_e2 / 100,
    side: position_e2 > 0 ? 'yes' : 'no',
    total_traded: centsOf(position.total_traded_e6),
    cost: centsOf(cost_e6),
    market_value: mark ? centsOf(mark.valueE6) : null,
    unrealized_pnl: mark ? centsOf(mark.valueE6 - cost_e6) : null,
    realized_pnl: centsOf(position.realized_pnl_e6),
    fees_paid: centsOf(position.fees_e6),
    market_bid: mark?.bid ?? null,
    market_ask: mark?.ask ?? null,
    market_close_ms: market?.close_at_ms ?? null,
    price_source: mark ? 'book' : 'none',
    session_updated: updatedTickers.includes(ticker),
    last_updated_ms: position.updated_at_ms,
  }
}

/** An order's price is that of its own side; the account has it so. */
function toOrder(order: AccountOrder): TradingState['order_list'][number] {
  return {
    order_id: order.order_id,
    ticker: order.market_ticker,
    side: order.side,
    action: order.action,
    price: order.price_e4 / 100,
    count: order.remaining_e2 / 100,
    status: order.status,
    created_ms: order.created_at_ms,
  }
}

function toGroup(group: Account['order_group']): TradingState['order_group'] {
  if (!group) return null
  const { order_group_id: id, status, order_ids } = group
  return { id, status, order_count: order_ids.length, order_ids }
}

function toFill(fill: Fill): TradingState['fills'][number] {
  return {
    fill_id: fill.fill_id,
    ticker: fill.market_ticker,
    side: fill.side,
    action: fill.action,
    price: fill.price_e4 / 100,
    count: fill.count_e2 / 100,
    fee: centsOf(fill.fee_e6),
    filled_ms: fill.filled_at_ms,
  }
}

function toSettlement(settlement: Settlement): TradingState['settlements'][number] {
  const { total_cost_e6, revenue_e6, fee_e6 } = settlement
  return {
    ticker: settlement.market_ticker,
    market_result: settlement.market_result,
    total_cost: centsOf(total_cost_e6),
    revenue: centsOf(revenue_e6),
    fees: centsOf(fee_e6),
    net_pnl: centsOf(revenue_e6 - total_cost_e6 - fee_e6),
    settled_ms: settlement.settled_at_ms,
  }
}
