import { connectRest } from '@whalecast/kalshi'
import { describe, expect, test } from '@jest/globals'
import { InstantTime } from './support/instant-time.ts'
import { openScriptedExchange } from './support/scripted-exchange.ts'

const ticker = 'KXBTCD-26NOV24-T114999.99'
const position = (name: string, count: string) => ({
  ticker: name,
  position_fp: count,
  market_exposure_dollars: '1.000000',
  total_traded_dollars: '2.000000',
  realized_pnl_dollars: '0.000000',
  fees_paid_dollars: '0.010000',
  last_updated_ts: '2026-11-08T10:00:00Z',
})
const order = (id: string) => ({
  order_id: id,
  ticker,
  status: 'resting',
  outcome_side: 'yes',
  yes_price_dollars: '0.4500',
  initial_count_fp: '3.00',
  fill_count_fp: '0.00',
  remaining_count_fp: '3.00',
})

type Body = Readonly<Record<string, unknown>>

/** An exchange that answers each path with its pages, one after another. */
async function openPortfolio(bodies: Readonly<Record<string, readonly Body[]>>) {
  const asked = new Map<string, number>()
  const exchange = await openScriptedExchange(({ url }) => {
    const path = new URL(url ?? '', 'http://exchange').pathname
    const name = path.slice(path.indexOf('/portfolio/') + '/portfolio/'.length)
    const at = asked.get(name) ?? 0
    asked.set(name, at + 1)
    const body = bodies[name]?.[at]
    return body === undefined ? { status: 404, body: { msg: name } } : { status: 200, body }
  })
  const dropped: string[] = []
  const { portfolio } = connectRest({
    apiUrl: exchange.apiUrl,
    time: new InstantTime(),
    onDropped: (what, reason) => dropped.push(`${what} ${reason}`),
  })
  return { exchange, portfolio, dropped, [Symbol.asyncDispose]: () => exchange[Symbol.asyncDispose]() }
}

async function collect<Item>(pages: AsyncIterable<Item[]>): Promise<Item[]> {
  const collected: Item[] = []
  for await (const page of pages) collected.push(...page)
  return collected
}

describe('the account over REST', () => {
  test('balance, positions and orders are read to their last page; what is no row is left out and told', async () => {
    await using system = await openPortfolio({
      balance: [{ balance: 100_000, balance_dollars: '1000.0000' }],
      positions: [
        { market_positions: [position(ticker, '5.00'), position('GONE', '0.00')], cursor: 'more' },
        { market_positions: [position('OTHER', '-2.00'), position('ODD', 'x')], cursor: '' },
      ],
      orders: [{ orders: [order('a'), order('b'), {}], cursor: '' }],
    })
    const { portfolio, exchange, dropped } = system
    expect(await portfolio.balance()).toBe(1_000_000_000)
    const positions = await portfolio.positions()
    expect(positions.map(({ market_ticker, position_e2 }) => [market_ticker, position_e2])).toEqual([
      [ticker, 500],
      ['OTHER', -200],
    ])
    expect((await portfolio.restingOrders()).map(({ order_id }) => order_id)).toEqual(['a', 'b'])
    expect(dropped).toEqual(['position position_malformed', 'order order_id_malformed'])
    const queries = exchange.requests.map(({ url }) => new URL(url ?? '', 'http://exchange').searchParams)
    expect(queries[1]?.get('count_filter')).toBe('position')
    expect(queries[2]?.get('cursor')).toBe('more')
    expect(queries[3]?.get('status')).toBe('resting')
  })

  test('fills and settlements are asked for since a time', async () => {
    const fill = { trade_id: 'f', order_id: 'a', ticker, outcome_side: 'yes', yes_price_dollars: '0.4500' }
    const at = {
      count_fp: '1.00',
      fee_cost: '0.010000',
      created_time: '2026-11-08T10:00:00Z',
      is_taker: false,
    }
    const settlement = { ticker, market_result: 'no', yes_count_fp: '1.00', no_count_fp: '0.00', revenue: 0 }
    await using system = await openPortfolio({
      fills: [{ fills: [{ ...fill, ...at }], cursor: '' }],
      settlements: [{ settlements: [{ ...settlement, settled_time: '2026-11-08T11:00:00Z' }] }],
    })
    const { portfolio, exchange } = system
    expect(await collect(portfolio.fillPages(1_794_000_000))).toMatchObject([
      { fill_id: 'f', price_e4: 4_500, position_after_e2: null },
    ])
    expect(await collect(portfolio.settlementPages(1_794_000_000))).toMatchObject([{ revenue_e6: 0 }])
    for (const { url } of exchange.requests) expect(url).toContain('min_ts=1794000000')
  })

  test('a key without the right is told so at once', async () => {
    const body = { error: { code: 'insufficient_scope', message: 'no' } }
    await using exchange = await openScriptedExchange(() => ({ status: 403, body }))
    const { portfolio } = connectRest({ apiUrl: exchange.apiUrl, time: new InstantTime() })
    await expect(portfolio.positions()).rejects.toMatchObject({ status: 403, retryable: false })
    expect(exchange.requests).toHaveLength(1)
  })

  test('a read that is broken off is not taken for a whole one', async () => {
    const stop = new AbortController()
    await using system = await openPortfolio({
      positions: [{ market_positions: [position(ticker, '5.00')], cursor: 'more' }],
    })
    const read = system.portfolio.positions(stop.signal)
    stop.abort(new Error('over'))
    await expect(read).rejects.toThrow('over')
  })
})
