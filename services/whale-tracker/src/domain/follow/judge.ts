import type { DecisionAction } from '@whalecast/events'
import type { Candidate } from './candidate.ts'
import type { FollowRule } from './follow-rule.ts'
import { askE4, midE4, spreadE4, type Quote } from './quote.ts'

/**
 * A market becomes hot when a whale of it enters the queue, so its book comes a moment after the whale. Shorter, and
 * the first whale of a market is never followed; longer costs the whale its age for a book that may not come.
 */
const bookWaitMs = 3_000
/** The predecessor's test strategy buys between these mids of YES. */
const paperTestE4 = { from: 2_000, to: 8_000, yesBelow: 5_000 }
const centE4 = 100

/** All that a judgement depends on besides the whale and the rule. */
export type Circumstances = {
  readonly nowMs: number
  /** Why nothing may be sent now. */
  readonly notReady: string | undefined
  /** What is held or has just been bought in the whale's market; 0 for nothing. */
  readonly heldE2: number
  /** Orders of ours that wait in the whale's market, those under way included. */
  readonly openOrders: number
  /** Undefined while there is no live book, and how long that has been so. */
  readonly quote: Quote | undefined
  readonly bookMissingMs: number
  /** What positions and waiting orders cost. */
  readonly committedE6: number
  readonly balanceE6: number
  readonly tradesToday: number
  readonly lossTodayE6: number
  /** Why following rests after failures. */
  readonly halted: string | undefined
  readonly tokens: number
}

/** `wait` is no judgement: the whale is looked at again. */
export type Verdict =
  | { readonly type: 'skip'; readonly action: DecisionAction; readonly reason: string }
  | { readonly type: 'wait'; readonly for: 'ready' | 'book' | 'token'; readonly reason: string }
  | { readonly type: 'order'; readonly side: 'yes' | 'no'; readonly priceE4: number; readonly reason: string }

const skip = (action: DecisionAction, reason: string): Verdict => ({ type: 'skip', action, reason })
const cents = (e4: number): string => `${e4 / 100} ¢`
const dollars = (e6: number): string => `$${(e6 / 1e6).toFixed(2)}`

/** The first rule that matches decides. */
export function judge(rule: FollowRule, whale: Candidate, given: Circumstances): Verdict {
  const { nowMs, notReady, heldE2, openOrders, quote } = given
  const ageMs = nowMs - whale.executedAtMs
  const { marketTicker: ticker, side } = whale
  if (ageMs > rule.maxAgeMs) {
    return skip('skipped_age', `${(ageMs / 1_000).toFixed(1)} s old, at most ${rule.maxAgeMs / 1_000} s`)
  }
  if (notReady !== undefined) return { type: 'wait', for: 'ready', reason: notReady }
  if (side === 'unknown') return skip('skipped_side', 'the exchange did not say which side took')
  if (heldE2 !== 0)
    return skip('skipped_position', `${ticker}: ${Math.abs(heldE2) / 100} contracts held already`)
  if (openOrders > 0) return skip('skipped_orders', `${ticker}: an order of ours waits there already`)
  const plan = planOrder(rule, { priceE4: whale.priceE4, side }, quote)
  if (plan.type !== 'order') {
    return plan.type === 'no_book' && given.bookMissingMs < bookWaitMs
      ? { type: 'wait', for: 'book', reason: plan.reason }
      : skip(plan.type === 'price' ? 'skipped_price' : 'skipped_spread', plan.reason)
  }
  const limit = overLimit(rule, plan.priceE4, given)
  if (limit !== undefined) return skip('skipped_limit', limit)
  if (given.lossTodayE6 >= rule.maxDailyLossE6) {
    const lost = `${dollars(given.lossTodayE6)} lost today, at most ${dollars(rule.maxDailyLossE6)}`
    return skip('halted', lost)
  }
  if (given.halted !== undefined) return skip('halted', given.halted)
  if (given.tokens < 1) {
    return { type: 'wait', for: 'token', reason: `${rule.tradesPerMinute} a minute, and none is free` }
  }
  return plan
}

type Plan =
  | Extract<Verdict, { type: 'order' }>
  | { readonly type: 'no_book' | 'spread' | 'price'; readonly reason: string }

/** What would be bought, at which limit, unless the market's book speaks against it. */
function planOrder(
  rule: FollowRule,
  { priceE4, side }: { readonly priceE4: number; readonly side: 'yes' | 'no' },
  quote: Quote | undefined,
): Plan {
  if (!quote) return { type: 'no_book', reason: 'no live book to judge the price by' }
  const askedE4 = askE4(quote, side)
  const apartE4 = spreadE4(quote)
  const mid = midE4(quote)
  if (rule.strategy === 'whale_follower' && askedE4 !== undefined) {
    const movedE4 = Math.abs(askedE4 - priceE4)
    if (movedE4 > rule.maxMoveE4) {
      const told = `the whale paid ${cents(priceE4)}, ${side.toUpperCase()} now costs ${cents(askedE4)}`
      return { type: 'price', reason: `${told}: moved more than ${cents(rule.maxMoveE4)}` }
    }
  }
  if (askedE4 === undefined || apartE4 === undefined || mid === undefined) {
    return { type: 'spread', reason: 'the book has one side only' }
  }
  if (apartE4 > rule.maxSpreadE4) {
    return { type: 'spread', reason: `spread ${cents(apartE4)}, at most ${cents(rule.maxSpreadE4)}` }
  }
  if (rule.strategy === 'whale_follower') {
    return {
      type: 'order',
      side,
      priceE4,
      reason: `${side.toUpperCase()} at ${cents(priceE4)} like the whale`,
    }
  }
  if (mid < paperTestE4.from || mid > paperTestE4.to) {
    return { type: 'price', reason: `mid ${cents(mid)} is not between 20 ¢ and 80 ¢` }
  }
  const bought = mid < paperTestE4.yesBelow ? 'yes' : 'no'
  const atE4 = Math.floor((bought === 'yes' ? mid : 10_000 - mid) / centE4) * centE4
  return {
    type: 'order',
    side: bought,
    priceE4: atE4,
    reason: `${bought.toUpperCase()} at the mid, ${cents(atE4)}`,
  }
}

function overLimit(rule: FollowRule, priceE4: number, given: Circumstances): string | undefined {
  const costE6 = priceE4 * rule.countE2
  if (rule.countE2 > rule.maxPositionE2) {
    return `${rule.countE2 / 100} contracts, at most ${rule.maxPositionE2 / 100} of one market`
  }
  if (given.committedE6 + costE6 > rule.maxPortfolioE6) {
    const sum = `${dollars(given.committedE6)} committed and ${dollars(costE6)} more`
    return `${sum}, at most ${dollars(rule.maxPortfolioE6)}`
  }
  if (costE6 > given.balanceE6) return `costs ${dollars(costE6)}, ${dollars(given.balanceE6)} are there`
  if (given.tradesToday >= rule.maxDailyTrades) {
    return `${given.tradesToday} followed today, at most ${rule.maxDailyTrades}`
  }
  return undefined
}
