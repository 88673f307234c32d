import { noDeadlines, settleDeadlines, type Deadlines } from './deadlines.ts'
import type { Follow, PositionDetail, TradingState } from './frames.ts'

export type Trading = {
  /** The account as it was last told; null before that. */
  readonly state: TradingState | null
  /** Positions that just changed, and until when that is shown. */
  readonly glows: Deadlines
}

export const noTrading: Trading = { state: null, glows: noDeadlines }

const glowMs = 2_000

/** The new state; a position lights up when its size, its cost or its gain is another one. The first telling changes nothing. */
export function onTradingState(
  { state: before, glows }: Trading,
  state: TradingState,
  atMs: number,
): Trading {
  if (before === null) return { state, glows }
  const held = new Map(before.positions_details.map((position) => [position.ticker, position]))
  const changed = state.positions_details.filter((position) => differs(held.get(position.ticker), position))
  if (changed.length === 0) return { state, glows }
  const lit = changed.map(({ ticker }): [string, number] => [ticker, atMs + glowMs])
  return { state, glows: new Map([...settleDeadlines(glows, atMs), ...lit]) }
}

export function settleTrading(trading: Trading, atMs: number): Trading {
  const glows = settleDeadlines(trading.glows, atMs)
  return glows === trading.glows ? trading : { ...trading, glows }
}

/** Whether there is a trading half at all: an account, or a strategy that acts. Who only watches the market never sees it. */
export function isTrading(state: TradingState | null, follow: Follow | null): boolean {
  return state !== null || (follow !== null && follow.strategy !== 'hold')
}

/**
 * Whether the trading half has anything to tell: a strategy that acts, or an account that holds, orders or traded.
 * An idle account is one strip; it does not push the whales down with empty panels.
 */
export function hasTrades(state: TradingState | null, follow: Follow | null): boolean {
  if (follow !== null && follow.strategy !== 'hold') return true
  if (state === null) return false
  const { position_count: positions, order_count: orders, fills, settlements } = state
  return positions + orders + fills.length + settlements.length > 0
}

function differs(before: PositionDetail | undefined, after: PositionDetail): boolean {
  return (
    before === undefined ||
    before.position !== after.position ||
    before.cost !== after.cost ||
    before.unrealized_pnl !== after.unrealized_pnl
  )
}
