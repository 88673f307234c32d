import type { AccountPosition } from '@whalecast/events'

export type Outcome = 'yes' | 'no'

/** A match: `countE2` contracts of `outcome` bought for `priceE4` each. Selling one side is buying the other. */
export type Buy = {
  readonly ticker: string
  readonly outcome: Outcome
  readonly priceE4: number
  readonly countE2: number
  readonly feeE6: number
  readonly atMs: number
}

/**
 * The money of a paper account, in 1e-6 dollars, and what it bought. At any time
 * cash + what the open positions cost = initial + realized − fees, exactly: see `imbalanceE6`.
 */
export type Ledger = {
  readonly initialE6: number
  readonly cashE6: number
  readonly realizedE6: number
  readonly feesE6: number
  readonly positions: readonly AccountPosition[]
}

const dollarE4 = 10_000

export const openLedger = (initialE6: number): Ledger => ({
  initialE6,
  cashE6: initialE6,
  realizedE6: 0,
  feesE6: 0,
  positions: [],
})

/** Contracts of an outcome that are held. */
export function heldE2({ positions }: Pick<Ledger, 'positions'>, ticker: string, outcome: Outcome): number {
  const signedE2 = positions.find((one) => one.market_ticker === ticker)?.position_e2 ?? 0
  return Math.max(0, outcome === 'yes' ? signedE2 : -signedE2)
}

/**
 * Books a match. Contracts of the other outcome that are held make pairs with what was bought; a pair is a dollar
 * for certain, and is paid at once.
 */
export function book(ledger: Ledger, buy: Buy): Ledger {
  const { ticker, outcome, priceE4, countE2, feeE6, atMs } = buy
  const before = ledger.positions.find((one) => one.market_ticker === ticker) ?? blank(ticker)
  const otherE2 = heldE2(ledger, ticker, outcome === 'yes' ? 'no' : 'yes')
  const pairsE2 = Math.min(countE2, otherE2)
  const openedE2 = countE2 - pairsE2
  const paidE6 = priceE4 * countE2
  const pairsCostE6 = pairsE2 === 0 ? 0 : shareOf(before.cost_e6, pairsE2, otherE2)
  const realizedE6 = (dollarE4 - priceE4) * pairsE2 - pairsCostE6
  const position: AccountPosition = {
    ...before,
    position_e2: before.position_e2 + (outcome === 'yes' ? countE2 : -countE2),
    cost_e6: before.cost_e6 - pairsCostE6 + priceE4 * openedE2,
    total_traded_e6: before.total_traded_e6 + paidE6,
    realized_pnl_e6: before.realized_pnl_e6 + realizedE6,
    fees_e6: before.fees_e6 + feeE6,
    updated_at_ms: atMs,
  }
  return {
    ...ledger,
    cashE6: ledger.cashE6 - paidE6 + dollarE4 * pairsE2 - feeE6,
    realizedE6: ledger.realizedE6 + realizedE6,
    feesE6: ledger.feesE6 + feeE6,
    positions: withPosition(ledger.positions, position),
  }
}

/** Pays out a market that is decided; undefined when nothing is held of it. */
export function settle(
  ledger: Ledger,
  { ticker, yesPaysE4 }: { readonly ticker: string; readonly yesPaysE4: number },
): { readonly ledger: Ledger; readonly position: AccountPosition; readonly revenueE6: number } | undefined {
  const position = ledger.positions.find((one) => one.market_ticker === ticker)
  if (!position) return undefined
  const yesE2 = heldE2(ledger, ticker, 'yes')
  const noE2 = heldE2(ledger, ticker, 'no')
  const revenueE6 = yesPaysE4 * yesE2 + (dollarE4 - yesPaysE4) * noE2
  const after = {
    ...ledger,
    cashE6: ledger.cashE6 + revenueE6,
    realizedE6: ledger.realizedE6 + revenueE6 - position.cost_e6,
    positions: ledger.positions.filter((one) => one !== position),
  }
  return { ledger: after, position, revenueE6 }
}

/** What is too much in the account; anything but 0 is a fault in here. */
export function imbalanceE6({ initialE6, cashE6, realizedE6, feesE6, positions }: Ledger): number {
  const costE6 = positions.reduce((sum, { cost_e6: one }) => sum + one, 0)
  return cashE6 + costE6 - (initialE6 + realizedE6 - feesE6)
}

function withPosition(positions: readonly AccountPosition[], changed: AccountPosition): AccountPosition[] {
  const others = positions.filter((one) => one.market_ticker !== changed.market_ticker)
  return changed.position_e2 === 0 ? others : [...others, changed]
}

/** The cost of a part of what is held, rounded down; all of it for the whole. */
function shareOf(costE6: number, partE2: number, wholeE2: number): number {
  return Number((BigInt(costE6) * BigInt(partE2)) / BigInt(wholeE2))
}

function blank(ticker: string): AccountPosition {
  return {
    market_ticker: ticker,
    position_e2: 0,
    cost_e6: 0,
    total_traded_e6: 0,
    realized_pnl_e6: 0,
    fees_e6: 0,
    updated_at_ms: 0,
    source: 'live',
  }
}
