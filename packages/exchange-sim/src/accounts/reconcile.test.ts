import { describe, expect, test } from '@jest/globals'
import { Random } from '../flow/random.ts'
import type { Outcome } from '../venue/outcome.ts'
import type { Trade } from '../venue/trade-history.ts'
import { dollarE4 } from '../venue/units.ts'
import type { Account } from './account.ts'
import type { OrderTicket } from './order-record.ts'
import { OrderRefusal } from './order-refusal.ts'
import { openDesk, ticketOf, tickers } from './testing/open-desk.ts'

type World = ReturnType<typeof openDesk>
type Bought = Record<Outcome, number> & { costE6: number }

const outcomes = ['yes', 'no'] as const

/** What somebody has bought in one market, added up from single fills; independent of how accounts add up. */
const nothing = (): Bought => ({ yes: 0, no: 0, costE6: 0 })

function add(
  bought: Bought,
  side: Outcome,
  { countE2, yesPriceE4 }: { countE2: number; yesPriceE4: number },
): void {
  bought[side] += countE2
  bought.costE6 += countE2 * (side === 'yes' ? yesPriceE4 : dollarE4 - yesPriceE4)
}

/** Cash that has moved: the price of everything, and a dollar back for each pair of both outcomes. */
const cashOf = ({ yes, no, costE6 }: Bought) => Math.min(yes, no) * dollarE4 - costE6

function pick<T>(random: Random, items: readonly T[]): T | undefined {
  return items[random.integer(0, items.length - 1)]
}

function randomTicket(random: Random, world: World, account: Account): OrderTicket {
  const timeInForce =
    pick(random, [
      'good_till_canceled',
      'good_till_canceled',
      'immediate_or_cancel',
      'fill_or_kill',
    ] as const) ?? 'good_till_canceled'
  const rests = timeInForce === 'good_till_canceled'
  return ticketOf({
    ticker: pick(random, tickers) ?? tickers[0],
    side: pick(random, outcomes) ?? 'yes',
    priceE4: random.integer(1, 99) * 100,
    countE2: random.chance(0.3) ? random.integer(1, 99) : random.integer(1, 40) * 100,
    timeInForce,
    selfTradePrevention: random.chance(0.5) ? 'maker' : 'taker_at_cross',
    postOnly: rests && random.chance(0.1),
    reduceOnly: timeInForce === 'immediate_or_cancel' && random.chance(0.3),
    groupId: random.chance(0.3) ? pick(random, account.groups.list())?.id : undefined,
    expirationMs: rests && random.chance(0.2) ? world.time.nowMs + random.integer(1, 5_000) : undefined,
  })
}

/** One random thing that somebody does; what the exchange refuses is part of it. */
function step(random: Random, world: World): void {
  const { venue, desk, time } = world
  const account = random.chance(0.5) ? world.mine : world.other
  const resting = pick(random, account.resting())
  const crowdOrder = {
    ticker: pick(random, tickers) ?? tickers[0],
    side: pick(random, outcomes) ?? 'yes',
    priceE4: random.integer(20, 80) * 100,
    countE2: random.integer(1, 3_000),
    rests: random.chance(0.6),
  }
  time.nowMs += random.integer(0, 800)
  desk.expire()
  const kind = random.next()
  if (kind < 0.35) venue.place(crowdOrder)
  else if (kind < 0.4) {
    const { ticker, side, countE2, priceE4: yesPriceE4 } = crowdOrder
    venue.printTrade({ ticker, side, countE2, yesPriceE4 })
  } else if (kind < 0.45) desk.groups.create(account, random.integer(1, 30) * 100)
  else if (kind < 0.5) for (const { id } of account.groups.list()) desk.groups.reset(account, id)
  else if (kind < 0.52) account.transfer(random.integer(1, 200) * 10_000)
  else if (kind < 0.85 || !resting) desk.place(account, randomTicket(random, world, account))
  else if (kind < 0.9) desk.cancel(account, resting.id)
  else if (kind < 0.94) desk.decrease(account, resting.id, { byE2: random.integer(1, 1_000) })
  else {
    const { ticker, side } = resting
    const priceE4 = random.integer(1, 99) * 100
    const countE2 = resting.filledE2 + random.integer(1, 3_000)
    const amendment = {
      ticker,
      side,
      priceE4,
      countE2,
      clientOrderId: undefined,
      newClientOrderId: undefined,
    }
    desk.amend(account, resting.id, amendment)
  }
}

/** Every account against its own records, and its orders against the books they rest in. */
function checkAccounts({ venue, mine, other }: World): void {
  for (const account of [mine, other]) {
    const { positions, fills, transfers, settlements } = account.current()
    const sum = <T>(items: readonly T[], amountOf: (item: T) => number) =>
      items.reduce((total, item) => total + amountOf(item), 0)
    const depositsE6 = sum(transfers, ({ amountE6 }) => amountE6)
    const feesE6 = sum(fills, (fill) => fill.feeE6)
    const byPositions = depositsE6 - feesE6 + sum(positions, ({ realizedE6, costE6 }) => realizedE6 - costE6)
    const byFills = tickers.reduce((total, ticker) => {
      const bought = nothing()
      for (const fill of fills) if (fill.ticker === ticker) add(bought, fill.side, fill)
      return total + cashOf(bought)
    }, depositsE6 - feesE6)
    const revenueE6 = sum(settlements, (settlement) => settlement.revenueE6)
    expect([account.cashE6, account.cashE6]).toEqual([byPositions, byFills + revenueE6])
    expect(account.availableE6).toBeGreaterThanOrEqual(0)

    const inBooks = tickers.flatMap((ticker) =>
      outcomes.flatMap((side) =>
        venue
          .market(ticker)
          .book.bidsFrom(side, 0)
          .flatMap((order) =>
            order.holder?.accountId === account.id ? [`${order.id} ${order.countE2}`] : [],
          ),
      ),
    )
    const known = account.resting().map(({ restingId, remainingE2 }) => `${restingId} ${remainingE2}`)
    expect(known.toSorted()).toEqual(inBooks.toSorted())
  }
}

/** Sorts every print of a market into who bought what; accounts buy what their fills of that print say. */
function buyersOf({ mine, other }: World, trades: readonly Trade[], ticker: string) {
  const buyers = { mine: nothing(), other: nothing(), crowd: nothing() }
  const fills = [mine, other].flatMap((account) =>
    account
      .current()
      .fills.map((fill) => ({ ...fill, buyer: account === mine ? buyers.mine : buyers.other })),
  )
  for (const trade of trades.filter((print) => print.ticker === ticker)) {
    for (const side of outcomes) {
      const own = fills.filter((fill) => fill.tradeId === trade.id && fill.side === side)
      expect(own.length).toBeLessThanOrEqual(1)
      for (const { countE2, yesPriceE4, isTaker } of own) {
        expect({ countE2, yesPriceE4, isTaker }).toEqual({
          countE2: trade.countE2,
          yesPriceE4: trade.yesPriceE4,
          isTaker: trade.takerSide === side,
        })
      }
      add(own[0]?.buyer ?? buyers.crowd, side, trade)
    }
  }
  return Object.values(buyers)
}

describe('money', () => {
  test.each([1, 2, 3, 4, 5, 6])(
    'reconciles to the last unit after every step of a random market (%p)',
    (seed) => {
      const random = new Random(seed)
      const type = seed % 2 === 0 ? 'quadratic' : 'quadratic_with_maker_fees'
      const world = openDesk({ balanceCents: 3_000, fees: { type, multiplier: 1 } })
      const { venue, mine, other } = world
      const trades: Trade[] = []
      venue.listen((event) => {
        if (event.type === 'trade') trades.push(event.trade)
      })
      let done = 0
      const refusals = new Set<string>()
      for (let count = 0; count < 1_500; count += 1) {
        try {
          step(random, world)
          done += 1
        } catch (error) {
          if (!(error instanceof OrderRefusal)) throw error
          refusals.add(error.code)
        }
        checkAccounts(world)
      }
      expect(done).toBeGreaterThan(700)
      expect(mine.current().fills.length + other.current().fills.length).toBeGreaterThan(200)
      expect([...refusals]).toContain('insufficient_balance')

      // Nothing comes from nowhere: what all have paid lies in the contracts that are still open.
      for (const ticker of tickers) {
        const buyers = buyersOf(world, trades, ticker)
        const openE2 = buyers.reduce((sum, { yes, no }) => sum + Math.max(0, yes - no), 0)
        const paidE6 = buyers.reduce((sum, bought) => sum + cashOf(bought), 0)
        expect(paidE6).toBe(-openE2 * dollarE4)
      }

      // Every market pays; then all money that came in is in somebody's hands, or was paid in fees.
      let crowdE6 = 0
      for (const [index, ticker] of tickers.entries()) {
        const market = venue.market(ticker)
        const result = outcomes[(seed + index) % 2] ?? 'yes'
        const [, , crowd = nothing()] = buyersOf(world, trades, ticker)
        crowdE6 +=
          cashOf(crowd) +
          Math.max(0, result === 'yes' ? crowd.yes - crowd.no : crowd.no - crowd.yes) * dollarE4
        venue.cancelAll(market, 'CloseCancel')
        Object.assign(market, { status: 'finalized', result })
        venue.announce(market, 'settled')
      }
      checkAccounts(world)
      const gainE6 = [mine, other].reduce((sum, account) => {
        const { transfers, fills } = account.current()
        const broughtE6 = transfers.reduce((total, { amountE6 }) => total + amountE6, 0)
        return sum + account.cashE6 - broughtE6 + fills.reduce((total, { feeE6 }) => total + feeE6, 0)
      }, 0)
      expect(gainE6 + crowdE6).toBe(0)
    },
  )
})
