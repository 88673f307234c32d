import type { Trade, TradeFrame } from './trade.ts'

/** The price of the taker's side in 1e-4 dollars; the YES price when the side is unknown. */
export function takerPriceE4(trade: Pick<Trade, 'taker_side' | 'yes_price_e4'>): number {
  return trade.taker_side === 'no' ? 10_000 - trade.yes_price_e4 : trade.yes_price_e4
}

/** What the taker paid, in 1e-6 dollars: count × price, exact below 2^53. */
export function costE6(trade: Pick<Trade, 'taker_side' | 'yes_price_e4' | 'count_e2'>): number {
  return trade.count_e2 * takerPriceE4(trade)
}

/** What the taker gets if right, in 1e-6 dollars: one dollar a contract. */
export function payoutE6(trade: Pick<Trade, 'count_e2'>): number {
  return trade.count_e2 * 10_000
}

/**
 * Risk dollars R = 2·n·√(p(1−p)): the standard deviation of the payoff of n contracts at price p,
 * scaled so that R = n at 50 cents. A print at 99 cents keeps a fifth of its size.
 */
export function riskDollars(trade: Pick<Trade, 'taker_side' | 'yes_price_e4' | 'count_e2'>): number {
  const p = takerPriceE4(trade) / 10_000
  return roundTo(2 * (trade.count_e2 / 100) * Math.sqrt(p * (1 - p)), 2)
}

/** Rounds half away from zero to `digits` decimals, for numbers that leave the process. */
export function roundTo(value: number, digits: number): number {
  const scale = 10 ** digits
  return (Math.sign(value) * Math.round(Math.abs(value) * scale)) / scale
}

/** The dollar and cent fields that every message about a print carries. */
export function printFields(trade: Trade) {
  return {
    market_ticker: trade.market_ticker,
    side: trade.taker_side,
    price_cents: takerPriceE4(trade) / 100,
    count: trade.count_e2 / 100,
    cost_dollars: costE6(trade) / 1e6,
    payout_dollars: payoutE6(trade) / 1e6,
    is_block_trade: trade.is_block_trade,
    timestamp_ms: trade.executed_at_ms,
    received_at_ms: trade.received_at_ms,
  }
}

/** A trade in the form that screens see. */
export function toTradeFrame(trade: Trade): TradeFrame {
  return { trade_id: trade.trade_id, ...printFields(trade) }
}
