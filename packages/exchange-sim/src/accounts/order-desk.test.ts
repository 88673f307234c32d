import { describe, expect, test } from '@jest/globals'
import type { Account } from './account.ts'
import type { OrderTicket } from './order-record.ts'
import { OrderRefusal } from './order-refusal.ts'
import { crowd, openDesk, ticketOf, tickers } from './testing/open-desk.ts'

const [ticker, otherTicker] = tickers

/** The code with which an order is refused; fails when it is not. */
function refusalOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof OrderRefusal) return `${error.status} ${error.code}`
    throw error
  }
  throw new Error('not refused')
}

/** What can be seen of an account's money: what it may spend, and what its orders hold back, in dollars. */
const money = (account: Account) => [account.availableE6 / 1e6, (account.cashE6 - account.availableE6) / 1e6]

const positionIn = (account: Account, market: string) =>
  account.current().positions.find((position) => position.ticker === market)

describe('placing orders', () => {
  test('an order takes what is there and rests with what is left; price, fee and reserve come off the balance', () => {
    const { venue, desk, mine } = openDesk()
    crowd(venue, 'no', [4_800, 300])
    const order = desk.place(mine, ticketOf({ priceE4: 5_300, countE2: 500 }))
    expect(order).toMatchObject({
      status: 'resting',
      filledE2: 300,
      remainingE2: 200,
      takerCostE6: 1_560_000,
    })
    // 0.07 × 3 × 0.52 × 0.48 is 0.052416, rounded up to 1e-4.
    expect(order.takerFeesE6).toBe(52_500)
    expect(money(mine)).toEqual([997.3275, 1.06])
    expect(venue.market(ticker).book.totalAt('yes', 5_300)).toBe(200)
  })

  test('the flow hits a resting order: a maker fill, at its own price, without a fee', () => {
    const { venue, desk, mine, told } = openDesk()
    const { id } = desk.place(mine, ticketOf({ clientOrderId: 'c1' }))
    const { trades } = crowd(venue, 'no', [5_100, 400])
    expect(mine.get(id)).toMatchObject({
      filledE2: 400,
      makerCostE6: 2_000_000,
      makerFeesE6: 0,
      reason: 'Trade',
    })
    expect(mine.current().fills).toMatchObject([
      {
        tradeId: trades[0]?.id,
        orderId: id,
        clientOrderId: 'c1',
        isTaker: false,
        yesPriceE4: 5_000,
        feeE6: 0,
      },
    ])
    expect(money(mine)).toEqual([995, 3])
    expect(told.map(({ type }) => type)).toEqual(['order', 'fill', 'order', 'position'])
    crowd(venue, 'no', [5_000, 600])
    expect(mine.get(id).status).toBe('executed')
    expect(money(mine)).toEqual([995, 0])
  })

  test('makers pay a quarter where the series says so, and it is reserved with the price', () => {
    const { venue, desk, mine } = openDesk({ fees: { type: 'quadratic_with_maker_fees', multiplier: 1 } })
    desk.place(mine, ticketOf({ countE2: 100 }))
    expect(money(mine)).toEqual([999.4956, 0.5044])
    for (let part = 0; part < 100; part += 1) crowd(venue, 'no', [5_000, 1])
    // In a hundred pieces it costs what it costs in one.
    expect(mine.cashE6).toBe(1_000_000_000 - 500_000 - 4_400)
    expect(money(mine)[1]).toBe(0)
  })

  test.each<[note: string, wanted: Partial<OrderTicket>, code: string]>([
    ['a market nobody listed', { ticker: 'KXNONE' }, '404 market_not_found'],
    ['a price between ticks', { priceE4: 5_050 }, '400 invalid_order'],
    ['a price of nothing', { priceE4: 0 }, '400 invalid_order'],
    ['more than the balance', { countE2: 200_100 }, '400 insufficient_balance'],
    ['a group nobody made', { groupId: 'g' }, '404 order_group_not_found'],
    ['a post only order that would trade', { priceE4: 6_000, postOnly: true }, '400 invalid_order'],
    [
      'all or nothing when there is not all of it',
      { priceE4: 6_000, timeInForce: 'fill_or_kill' },
      '409 fill_or_kill_insufficient_resting_volume',
    ],
  ])('refuses %s, and nothing has happened', (_note, wanted, code) => {
    const { venue, desk, mine, told } = openDesk()
    crowd(venue, 'no', [4_500, 500])
    const before = venue.tradesPrinted
    expect(refusalOf(() => desk.place(mine, ticketOf(wanted)))).toBe(code)
    expect([money(mine), told, venue.tradesPrinted, mine.current().orders]).toEqual([
      [1_000, 0],
      [],
      before,
      [],
    ])
  })

  test('the balance is enough for exactly what it pays for, fee included', () => {
    const { venue, desk, mine } = openDesk({ balanceCents: 5_175 })
    crowd(venue, 'no', [5_000, 100_000])
    const buy = (countE2: number) => ticketOf({ countE2, timeInForce: 'immediate_or_cancel' })
    expect(refusalOf(() => desk.place(mine, buy(10_001)))).toBe('400 insufficient_balance')
    expect(desk.place(mine, buy(10_000))).toMatchObject({ status: 'executed', takerFeesE6: 1_750_000 })
    expect(money(mine)).toEqual([0, 0])
  })

  test('an order id of the client is good for one order, also when that is cancelled', () => {
    const { desk, mine, other } = openDesk()
    const ticket = ticketOf({ clientOrderId: 'mine-1' })
    desk.cancel(mine, desk.place(mine, ticket).id)
    expect(refusalOf(() => desk.place(mine, ticket))).toBe('409 order_already_exists')
    expect(desk.place(other, ticket).status).toBe('resting')
  })

  test('what an immediate order does not get is cancelled', () => {
    const { venue, desk, mine } = openDesk()
    crowd(venue, 'no', [5_000, 400])
    const order = desk.place(mine, ticketOf({ timeInForce: 'immediate_or_cancel' }))
    expect(order).toMatchObject({ status: 'canceled', filledE2: 400, remainingE2: 0 })
    expect(venue.market(ticker).book.orders).toBe(0)
  })

  test('an order that may only reduce ends where the position ends', () => {
    const { venue, desk, mine } = openDesk()
    crowd(venue, 'no', [5_000, 400])
    desk.place(mine, ticketOf({ countE2: 400 }))
    crowd(venue, 'yes', [4_900, 1_000])
    const sell = ticketOf({
      side: 'no',
      priceE4: 5_100,
      timeInForce: 'immediate_or_cancel',
      reduceOnly: true,
    })
    expect(desk.place(mine, sell)).toMatchObject({
      filledE2: 400,
      reason: 'ReduceOnlyCancel',
      status: 'canceled',
    })
    expect(positionIn(mine, ticker)?.countE2).toBe(0)
    expect(desk.place(mine, sell)).toMatchObject({ filledE2: 0, reason: 'ReduceOnlyCancel' })
  })

  test('selling what is held needs no money and pays back', () => {
    const { venue, desk, mine } = openDesk({ balanceCents: 518 })
    crowd(venue, 'no', [5_000, 1_000])
    desk.place(mine, ticketOf())
    expect(money(mine)).toEqual([0.005, 0])
    desk.place(mine, ticketOf({ side: 'no', priceE4: 4_000 }))
    expect(money(mine)).toEqual([0.005, 0])
    expect(refusalOf(() => desk.place(mine, ticketOf({ side: 'no', priceE4: 4_000, countE2: 100 })))).toBe(
      '400 insufficient_balance',
    )
    crowd(venue, 'yes', [6_000, 1_000])
    expect(money(mine)).toEqual([6.005, 0])
    expect(positionIn(mine, ticker)).toMatchObject({ countE2: 0, realizedE6: 1_000_000, costE6: 0 })
  })
})

describe('an account never trades with itself', () => {
  test('taker_at_cross: it takes what comes before its own order, and ends there', () => {
    const { venue, desk, mine } = openDesk()
    crowd(venue, 'no', [4_900, 100])
    const resting = desk.place(mine, ticketOf({ side: 'no', priceE4: 4_800, countE2: 100 }))
    crowd(venue, 'no', [4_700, 100])
    const taker = desk.place(mine, ticketOf({ priceE4: 5_500, countE2: 300 }))
    expect(taker).toMatchObject({ status: 'canceled', filledE2: 100, reason: 'SelfTradeCancel' })
    expect(mine.get(resting.id).status).toBe('resting')
  })

  test('maker: its own order goes, and the taker trades on behind it', () => {
    const { venue, desk, mine } = openDesk()
    const resting = desk.place(mine, ticketOf({ side: 'no', priceE4: 4_800, countE2: 100 }))
    crowd(venue, 'no', [4_700, 100])
    const taker = desk.place(mine, ticketOf({ priceE4: 5_500, countE2: 300, selfTradePrevention: 'maker' }))
    expect(taker).toMatchObject({ status: 'resting', filledE2: 100, remainingE2: 200 })
    expect(mine.get(resting.id)).toMatchObject({ status: 'canceled', reason: 'SelfTradeCancel' })
  })

  test('two accounts do trade', () => {
    const { desk, mine, other } = openDesk()
    const resting = desk.place(mine, ticketOf({ side: 'no' }))
    expect(desk.place(other, ticketOf()).status).toBe('executed')
    expect(mine.get(resting.id).status).toBe('executed')
    expect([positionIn(mine, ticker)?.countE2, positionIn(other, ticker)?.countE2]).toEqual([-1_000, 1_000])
  })
})

describe('changing orders', () => {
  test('cancelling gives the reserve back; what is done or belongs to another is not found', () => {
    const { desk, mine, other } = openDesk()
    const { id } = desk.place(mine, ticketOf())
    expect(refusalOf(() => desk.cancel(other, id))).toBe('404 order_not_found')
    expect(desk.cancel(mine, id)).toMatchObject({
      canceledE2: 1_000,
      order: { status: 'canceled', remainingE2: 0 },
    })
    expect(money(mine)).toEqual([1_000, 0])
    expect(refusalOf(() => desk.cancel(mine, id))).toBe('404 order_not_found')
  })

  test('a smaller order keeps its place in the queue, a dearer or larger one goes to its end', () => {
    const { venue, desk, mine } = openDesk()
    const { id } = desk.place(mine, ticketOf({ clientOrderId: 'a' }))
    const theirs = crowd(venue, 'yes', [5_000, 100]).restingId
    const first = () => venue.market(ticker).book.bidsFrom('yes', 0)[0]?.id
    expect(desk.decrease(mine, id, { byE2: 300 })).toMatchObject({ remainingE2: 700, reason: 'Decrease' })
    const change = { ticker, side: 'yes' as const, priceE4: 5_000, clientOrderId: 'a', newClientOrderId: 'b' }
    expect(desk.amend(mine, id, { ...change, countE2: 500 })).toMatchObject({
      remainingE2: 500,
      clientOrderId: 'b',
    })
    expect(first()).not.toBe(theirs)
    const again = { ...change, clientOrderId: 'b', newClientOrderId: undefined }
    expect(desk.amend(mine, id, { ...again, countE2: 600 })).toMatchObject({
      remainingE2: 600,
      reason: 'Amend',
    })
    expect(first()).toBe(theirs)
    expect(money(mine)).toEqual([997, 3])
    expect(refusalOf(() => desk.place(mine, ticketOf({ clientOrderId: 'a' })))).toBe(
      '409 order_already_exists',
    )
    expect(desk.decrease(mine, id, { toE2: 0 })).toMatchObject({ status: 'canceled' })
  })

  test('an order amended to a price at which there is something takes it', () => {
    const { venue, desk, mine } = openDesk()
    const { id } = desk.place(mine, ticketOf())
    crowd(venue, 'no', [4_500, 400])
    const change = { ticker, side: 'yes' as const, clientOrderId: undefined, newClientOrderId: undefined }
    const amended = desk.amend(mine, id, { ...change, priceE4: 5_500, countE2: 1_000 })
    expect(amended).toMatchObject({ filledE2: 400, remainingE2: 600, priceE4: 5_500, status: 'resting' })
    expect(refusalOf(() => desk.amend(mine, id, { ...change, priceE4: 5_500, countE2: 400 }))).toBe(
      '400 invalid_order',
    )
    expect(refusalOf(() => desk.amend(mine, id, { ...change, priceE4: 9_900, countE2: 900_000 }))).toBe(
      '400 insufficient_balance',
    )
    expect(mine.get(id)).toEqual(amended)
  })

  test('after all orders were cancelled, those of the next minute are as well', () => {
    const { time, desk, mine, other } = openDesk()
    const before = [ticketOf(), ticketOf({ ticker: otherTicker })].map(
      (ticket) => desk.place(mine, ticket).id,
    )
    desk.cancelAll(mine)
    expect(before.map((id) => mine.get(id).status)).toEqual(['canceled', 'canceled'])
    time.nowMs += 59_999
    expect(desk.place(mine, ticketOf()).status).toBe('canceled')
    expect(desk.place(other, ticketOf()).status).toBe('resting')
    time.nowMs += 1
    expect(desk.place(mine, ticketOf()).status).toBe('resting')
  })

  test('an order expires at its time', () => {
    const { time, desk, mine } = openDesk()
    const { id } = desk.place(mine, ticketOf({ expirationMs: time.nowMs + 5_000 }))
    time.nowMs += 4_999
    desk.expire()
    expect(mine.get(id).status).toBe('resting')
    time.nowMs += 1
    desk.expire()
    expect(mine.get(id)).toMatchObject({ status: 'canceled', reason: 'ExpiryCancel' })
  })
})

describe('order groups', () => {
  test('a group that has traded as much as it may is cancelled and takes no orders until it is reset', () => {
    const { time, venue, desk, mine, told } = openDesk()
    const groupId = desk.groups.create(mine, 1_000)
    const place = (wanted: Partial<OrderTicket>) => desk.place(mine, ticketOf({ groupId, ...wanted }))
    const orders = [place({ countE2: 600 }), place({ priceE4: 4_900 }), place({ ticker: otherTicker })]
    const free = desk.place(mine, ticketOf({ ticker: otherTicker }))
    crowd(venue, 'no', [5_000, 600])
    time.nowMs += 14_999
    const statuses = () => orders.map(({ id }) => mine.get(id).status)
    expect(statuses()).toEqual(['executed', 'resting', 'resting'])
    crowd(venue, 'no', [5_100, 400])
    expect(statuses()).toEqual(['executed', 'canceled', 'canceled'])
    expect(mine.get(free.id).status).toBe('resting')
    expect(refusalOf(() => place({}))).toBe('400 invalid_order')
    desk.groups.reset(mine, groupId)
    expect(place({ countE2: 100 }).status).toBe('resting')
    desk.groups.setLimit(mine, groupId, 2_000)
    desk.groups.delete(mine, groupId)
    expect(mine.resting()).toHaveLength(1)
    expect(told.flatMap((event) => (event.type === 'group' ? [event.step] : []))).toEqual([
      'created',
      'triggered',
      'reset',
      'limit_updated',
      'deleted',
    ])
  })

  test('contracts are counted over fifteen seconds, and a taker stops where its group does', () => {
    const { time, venue, desk, mine } = openDesk()
    const groupId = desk.groups.create(mine, 500)
    const take = (countE2: number) => desk.place(mine, ticketOf({ groupId, countE2 }))
    for (let maker = 0; maker < 4; maker += 1) crowd(venue, 'no', [5_000, 300])
    expect(take(300).status).toBe('executed')
    time.nowMs += 15_000
    expect(take(300).status).toBe('executed')
    expect(take(600)).toMatchObject({ status: 'canceled', filledE2: 300 })
    desk.groups.reset(mine, groupId)
    take(100)
    desk.groups.setLimit(mine, groupId, 100)
    expect(mine.groups.find(groupId)?.triggered).toBe(true)
  })
})

describe('the life of a market', () => {
  test('a pause cancels orders that ask for it; the close cancels all, and nothing can be done after it', () => {
    const { time, venue, desk, mine } = openDesk()
    const market = venue.market(ticker)
    const [careful, patient] = [true, false].map(
      (cancelOnPause) => desk.place(mine, ticketOf({ cancelOnPause })).id,
    )
    venue.cancelAll(market, 'HaltCancel', ({ holder }) => holder?.cancelOnPause === true)
    market.status = 'inactive'
    expect(mine.get(careful ?? '')).toMatchObject({ status: 'canceled', reason: 'HaltCancel' })
    expect(refusalOf(() => desk.place(mine, ticketOf()))).toBe('400 MARKET_INACTIVE')
    desk.decrease(mine, patient ?? '', { byE2: 100 })
    venue.cancelAll(market, 'CloseCancel')
    market.status = 'closed'
    expect(mine.get(patient ?? '')).toMatchObject({ status: 'canceled', reason: 'CloseCancel' })
    expect(refusalOf(() => desk.cancel(mine, patient ?? ''))).toBe('400 MARKET_INACTIVE')
    expect(money(mine)).toEqual([1_000, 0])
    time.nowMs = 1_000_000_000
    expect(refusalOf(() => desk.place(mine, ticketOf({ ticker: otherTicker })))).toBe('400 MARKET_INACTIVE')
  })

  test('a settled market pays a dollar a contract to those who were right', () => {
    const { venue, desk, mine, other } = openDesk()
    desk.place(mine, ticketOf({ side: 'no' }))
    desk.place(other, ticketOf())
    const market = venue.market(ticker)
    market.result = 'no'
    market.status = 'finalized'
    venue.announce(market, 'determined')
    expect(money(mine)).toEqual([995, 0])
    venue.announce(market, 'settled')
    venue.announce(market, 'settled')
    expect([money(mine), money(other)]).toEqual([
      [1_005, 0],
      [994.825, 0],
    ])
    expect(mine.current().settlements).toMatchObject([
      { ticker, result: 'no', revenueE6: 10_000_000, position: { countE2: -1_000, costE6: 5_000_000 } },
    ])
  })

  test('a print by hand goes past the orders of accounts, which are back in the book after it', () => {
    const { venue, desk, mine } = openDesk()
    const { id } = desk.place(mine, ticketOf())
    venue.printTrade({ ticker, side: 'no', yesPriceE4: 4_000, countE2: 100 })
    expect(mine.get(id)).toMatchObject({ status: 'resting', remainingE2: 1_000 })
    expect(venue.market(ticker).book.totalAt('yes', 5_000)).toBe(1_000)
    crowd(venue, 'no', [5_000, 1_000])
    expect(mine.get(id).status).toBe('executed')
  })

  test('reads that lag show an account as it stood', () => {
    const { time, desk, mine } = openDesk({ readLagMs: 1_000 })
    desk.place(mine, ticketOf())
    expect(mine.view()).toMatchObject({ cashE6: 1_000_000_000, reservedE6: 0, orders: [] })
    time.nowMs += 1_000
    expect(mine.view()).toMatchObject({ reservedE6: 5_000_000, orders: [{ status: 'resting' }] })
  })
})
