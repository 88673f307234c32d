import type { Market } from '../venue/market.ts'
import type { Order } from '../venue/order.ts'
import { opposite } from '../venue/outcome.ts'
import { dollarE4 } from '../venue/units.ts'
import type { Account, AccountMarket } from './account.ts'
import { afterFill, openRecord, type OrderTicket } from './order-record.ts'
import { afterPurchase } from './position.ts'

/** What would become of an order if it came in now. */
type Outlook = {
  /** Something rests at a price it would trade at, be it the account's own. */
  readonly crosses: boolean
  readonly filledE2: number
  /** What the account could spend afterwards; below zero it cannot afford the order. */
  readonly availableE6: number
}

/** Looks ahead, changing nothing. `replaced` is an order that makes way for this one. */
export function outlookOf(
  ticket: OrderTicket,
  { market, accountMarket, account, replaced }: Situation,
): Outlook {
  const { side, priceE4, timeInForce, selfTradePrevention } = ticket
  const makers = market.book.bidsFrom(opposite(side), dollarE4 - priceE4)
  const takenBack = new Set(replaced === undefined ? [] : [replaced])
  let order = openRecord(ticket, { number: 0, id: '', nowMs: 0 })
  let position = account.position(accountMarket)
  let cashE6 = 0
  let stopped = false
  for (const maker of makers) {
    if (order.remainingE2 === 0) break
    if (isOwn(maker, account)) {
      stopped = selfTradePrevention === 'taker_at_cross'
      if (stopped) break
      takenBack.add(maker.id)
      continue
    }
    const countE2 = Math.min(order.remainingE2, maker.countE2)
    const at = { priceE4: dollarE4 - maker.priceE4, countE2, tsMs: 0 }
    const filled = afterFill(order, { ...at, role: 'taker' }, accountMarket.fees)
    const bought = afterPurchase(position, { ...at, side, feeE6: filled.feeE6 })
    order = filled.order
    position = bought.position
    cashE6 += bought.cashE6
  }
  const resting = account.resting(market.ticker).filter(({ restingId }) => !takenBack.has(restingId ?? -1))
  const rests = timeInForce === 'good_till_canceled' && order.remainingE2 > 0 && !stopped
  return {
    crosses: makers.length > 0,
    filledE2: order.filledE2,
    availableE6: account.availableWith(accountMarket, {
      cashE6,
      heldE2: position.countE2,
      orders: rests ? [...resting, order] : resting,
    }),
  }
}

type Situation = {
  readonly market: Market
  readonly accountMarket: AccountMarket
  readonly account: Account
  readonly replaced?: number | undefined
}

function isOwn({ holder }: Order, { id }: Account): boolean {
  return holder?.accountId === id
}
