import type { FeeSchedule } from '../../venue/fees.ts'
import type { Outcome } from '../../venue/outcome.ts'
import { PriceGrid } from '../../venue/price-grid.ts'
import { Venue } from '../../venue/venue.ts'
import type { AccountEvent } from '../account-events.ts'
import { Accounts } from '../accounts.ts'
import { OrderDesk } from '../order-desk.ts'
import type { OrderTicket } from '../order-record.ts'

export const tickers = ['KXTEST-26NOV09-A', 'KXTEST-26NOV09-B'] as const

/** A venue of two empty markets, two accounts, and a clock that is set by hand. */
export function openDesk(options: { balanceCents?: number; readLagMs?: number; fees?: FeeSchedule } = {}) {
  const time = { nowMs: 1_000_000 }
  const clock = () => time.nowMs
  let ids = 0
  const venue = new Venue({
    clock,
    newId: () => `trade-${(ids += 1)}`,
    history: { maxTrades: 100_000, windowMs: Infinity },
  })
  venue.addSeries({
    ticker: 'KXTEST',
    title: '',
    category: '',
    frequency: '',
    tags: [],
    ...(options.fees && { fees: options.fees }),
  })
  const eventTicker = 'KXTEST-26NOV09'
  const texts = { title: '', subTitle: '', category: '' }
  venue.addEvent(
    { ticker: eventTicker, seriesTicker: 'KXTEST', ...texts, exclusive: false, updatedMs: 0 },
    { announced: false },
  )
  for (const ticker of tickers) {
    const market = venue.addMarket(
      {
        ticker,
        marketId: ticker,
        eventTicker,
        title: '',
        yesSubTitle: '',
        rules: '',
        grid: new PriceGrid('linear_cent'),
        strike: undefined,
        createdMs: 0,
        openMs: 0,
        closeMs: 1_000_000_000,
        expectedExpirationMs: 1_000_000_000,
        settlementTimerS: 1,
        history: { lastPriceE4: 0, volumeE2: 0, openInterestE2: 0 },
      },
      { announced: false },
    )
    market.status = 'active'
  }
  const { balanceCents = 100_000, readLagMs = 0 } = options
  const accounts = new Accounts({ balanceCents, readLagMs, keep: 10_000, clock })
  const desk = new OrderDesk({
    venue,
    accounts,
    limits: { openOrders: 1_000, cancelAllHoldMs: 60_000 },
  })
  const told: AccountEvent[] = []
  accounts.listen((event) => told.push(event))
  return { time, venue, accounts, desk, told, mine: accounts.open('mine'), other: accounts.open('other') }
}

/** An order for YES at 50 cents, ten contracts, unless said otherwise; the price is that of its outcome. */
export function ticketOf(wanted: Partial<OrderTicket> = {}): OrderTicket {
  return {
    clientOrderId: undefined,
    ticker: tickers[0],
    side: 'yes',
    priceE4: 5_000,
    countE2: 1_000,
    timeInForce: 'good_till_canceled',
    selfTradePrevention: 'taker_at_cross',
    postOnly: false,
    reduceOnly: false,
    cancelOnPause: false,
    groupId: undefined,
    expirationMs: undefined,
    ...wanted,
  }
}

/** Somebody without an account trades; what does not match comes to rest. */
export function crowd(venue: Venue, side: Outcome, [priceE4, countE2]: [priceE4: number, countE2: number]) {
  return venue.place({ ticker: tickers[0], side, priceE4, countE2, rests: true })
}
