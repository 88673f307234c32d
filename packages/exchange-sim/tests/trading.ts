import { expect } from '@jest/globals'
import type { ExchangeSim, ExchangeSimOptions } from '@whalecast/exchange-sim'
import { call, type Identity, listedTickers, openSim, traderOf } from './exchange-client.ts'

/** An exchange with a key that may trade, and one market whose book is empty but for what a test puts there. */
export async function openExchange(options: ExchangeSimOptions = {}) {
  const sim = await openSim(options)
  const [ticker = ''] = await listedTickers(sim, 1)
  // A print takes every quote out of its way, and at these prices all of a side are.
  sim.printTrade({ market: ticker, side: 'no', price: '0.99', count: 1 })
  sim.printTrade({ market: ticker, side: 'yes', price: '0.99', count: 1 })
  return Object.assign(sim, { ticker, trader: traderOf(sim) })
}

/** The body of an order: ten YES at 50 cents unless said otherwise. */
export const order = (ticker: string, wanted: object = {}) => ({
  ticker,
  side: 'bid',
  count: '10.00',
  price: '0.5000',
  time_in_force: 'good_till_canceled',
  self_trade_prevention_type: 'taker_at_cross',
  ...wanted,
})

export const place = (sim: ExchangeSim & { ticker: string; trader: Identity }, wanted: object = {}) =>
  call(sim, sim.trader, 'POST /portfolio/events/orders', order(sim.ticker, wanted))

export const idOf = ({ body }: { body: Record<string, unknown> }) => String(body['order_id'])

/** The books of the main account, after they were seen to add up. */
export const micros = (sim: ExchangeSim) => {
  const [books] = sim.accounts()
  if (!books) throw new Error('no account')
  expect(books.cash_micros).toBe(
    books.deposits_micros + books.realized_pnl_micros - books.position_cost_micros - books.fees_micros,
  )
  return books
}
