import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createMemoryBus, MemoryBroker } from '@whalecast/bus'
import type { Account, Book } from '@whalecast/events'
import { startExchangeSim, type ExchangeSim } from '@whalecast/exchange-sim'
import { createSigner } from '@whalecast/kalshi'
import { eventually, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { memoryBuses, openStack, runIngest, told } from './ingest-harness.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check({ timeoutMs: 10_000 }))

async function openSystem(
  options: Parameters<typeof startExchangeSim>[0],
  bookMarkets: readonly string[] = [],
) {
  const stack = openStack()
  const sim = await startExchangeSim({
    seed: 7,
    markets: 10,
    keyType: 'ed25519',
    keyScopes: ['read', 'write'],
    ...options,
  })
  stack.defer(() => sim.close())
  const broker = new MemoryBroker()
  const bus = createMemoryBus(broker, { instance: 'reader' })
  stack.defer(() => bus.close())
  const service = stack.use(runIngest({ exchange: sim, openBus: memoryBuses(broker), bookMarkets }))
  await eventually(async () => (await told(bus)).states.at(-1) === 'live')
  const account = async () => (await bus.latest('account'))?.data
  return { sim, bus, service, account, [Symbol.asyncDispose]: stack[Symbol.asyncDispose] }
}

type System = Awaited<ReturnType<typeof openSystem>>

const becomes = ({ account }: System, is: (account: Account) => boolean) =>
  eventually(
    async () => {
      const found = await account()
      return found !== undefined && is(found) ? found : false
    },
    { timeoutMs: 30_000 },
  )

async function call(sim: ExchangeSim, request: `${'GET' | 'POST'} /${string}`, body?: object) {
  const [method = 'GET', path = ''] = request.split(' ')
  const url = new URL(sim.apiUrl + path)
  const headers = createSigner(sim.keyId, sim.privateKeyPem).headers(method, url.pathname, Date.now())
  const answer = await fetch(url, {
    method,
    headers: { ...headers, 'content-type': 'application/json', connection: 'close' },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text: unknown = await answer.json()
  if (!answer.ok) throw new Error(`${request}: ${answer.status} ${JSON.stringify(text)}`)
  return text
}

type Wanted = {
  readonly ticker: string
  readonly side: 'bid' | 'ask'
  readonly price: string
  readonly count: string
}

const placed = (sim: ExchangeSim, time_in_force: string, wanted: Wanted) =>
  call(sim, 'POST /portfolio/events/orders', {
    time_in_force,
    self_trade_prevention_type: 'taker_at_cross',
    ...wanted,
  })
const take = (sim: ExchangeSim, wanted: Wanted) => placed(sim, 'immediate_or_cancel', wanted)
const rest = (sim: ExchangeSim, wanted: Wanted) => placed(sim, 'good_till_canceled', wanted)

/** Tickers of markets in which something was printed. */
async function liveTickers(sim: ExchangeSim, count: number): Promise<string[]> {
  return eventually(() => {
    const found = [...new Set(sim.printedTrades(1_000).map(({ ticker }) => ticker))]
    return found.length >= count ? found.slice(0, count) : false
  })
}

describe('against the simulator', () => {
  test('a session of trades, a round trip and a deposit: balance, positions and ledger equal the exchange’s own books', async () => {
    await using system = await openSystem({ rate: 100, readLagMs: 300 })
    const { sim, bus } = system
    await becomes(system, ({ listener }) => listener.mode === 'live')
    const [first = '', second = '', third = ''] = await liveTickers(sim, 3)
    await take(sim, { ticker: first, side: 'bid', price: '0.9900', count: '25.00' })
    await take(sim, { ticker: first, side: 'ask', price: '0.0100', count: '10.00' })
    await take(sim, { ticker: second, side: 'ask', price: '0.0100', count: '12.50' })
    sim.deposit(50_000)
    await take(sim, { ticker: third, side: 'bid', price: '0.9900', count: '3.00' })
    await take(sim, { ticker: third, side: 'ask', price: '0.0100', count: '3.00' })

    const [books] = sim.accounts()
    if (books === undefined) throw new Error('the simulator has no account')
    const account = await becomes(system, ({ balance_e6 }) => balance_e6 === books.cash_micros)
    expect(books.fills).toBeGreaterThanOrEqual(5)
    expect(account.traded_cash_e6).toBe(books.cash_micros - books.deposits_micros)
    expect(account.fills).toHaveLength(books.fills)
    const costs = account.positions.reduce((sum, { cost_e6 }) => sum + cost_e6, 0)
    expect(costs).toBe(books.position_cost_micros)
    expect(new Map(account.positions.map((one) => [one.market_ticker, one.position_e2]))).toEqual(
      new Map([
        [first, 1_500],
        [second, -1_250],
      ]),
    )
    const fills = await eventually(async () => {
      const { activities } = await told(bus)
      const found = activities.filter(({ activity_type }) => activity_type === 'order_fill')
      return found.length >= books.fills ? found : false
    })
    expect(new Set(fills.map(({ activity_id }) => activity_id)).size).toBe(books.fills)
    expect(fills).toHaveLength(books.fills)
  })

  test('an order that rests is there at once and gone when it is done', async () => {
    await using system = await openSystem({ rate: 0 })
    const { sim } = system
    await becomes(system, ({ listener }) => listener.mode === 'live')
    const ticker = String(await anyTicker(sim))
    // A print takes every quote out of its way, and at these prices all of a side are.
    sim.printTrade({ market: ticker, side: 'no', price: '0.99', count: 1 })
    sim.printTrade({ market: ticker, side: 'yes', price: '0.99', count: 1 })
    await rest(sim, { ticker, side: 'bid', price: '0.5000', count: '5.00' })
    const resting = await becomes(system, ({ orders }) => orders.length === 1)
    expect(resting.orders).toMatchObject([
      {
        market_ticker: ticker,
        side: 'yes',
        action: 'buy',
        price_e4: 5_000,
        remaining_e2: 500,
        status: 'resting',
      },
    ])
    sim.place({ market: ticker, side: 'no', price: '0.50', count: 5 })
    const filled = await becomes(
      system,
      ({ orders, positions }) => orders.length === 0 && positions.length === 1,
    )
    expect(filled).toMatchObject({ positions: [{ position_e2: 500, cost_e6: 2_500_000 }] })
  })

  test('a book is the exchange’s book, level by level', async () => {
    await using system = await openSystem({ rate: 0 })
    const { sim, bus } = system
    const ticker = String(await anyTicker(sim))
    await rest(sim, { ticker, side: 'bid', price: '0.0100', count: '1.00' })
    // An order of the account makes its market hot.
    await eventually(async () => (await bus.latest('book', ticker))?.data.state === 'live', {
      timeoutMs: 10_000,
    })
    for (let n = 1; n <= 40; n++) {
      sim.place({
        market: ticker,
        side: n % 2 === 0 ? 'yes' : 'no',
        price: `0.${String(5 + n)}`.padEnd(4, '0'),
        count: n,
      })
    }
    const body = await call(sim, `GET /markets/${ticker}/orderbook`)
    await eventually(async () => {
      const book = (await bus.latest('book', ticker))?.data
      expect(book && sides(book)).toEqual(restSides(body))
      return true
    })
  })
})

async function anyTicker(sim: ExchangeSim): Promise<unknown> {
  const body: unknown = await call(sim, 'GET /markets?status=open&limit=1')
  const { markets } = fields(body)
  return Array.isArray(markets) ? fields(markets[0])['ticker'] : undefined
}

const fields = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

const sides = ({ yes, no }: Book) =>
  [yes, no].map((levels) => levels.map((one) => [one.price_cents, one.count]))

/** The twenty best of each side, best first, in cents and contracts. */
function restSides(body: unknown): number[][][] {
  const book = fields(fields(body)['orderbook_fp'])
  return [book['yes_dollars'], book['no_dollars']].map((levels) =>
    (Array.isArray(levels) ? levels : [])
      .map(([price, count]: [string, string]) => [Math.round(Number(price) * 10_000) / 100, Number(count)])
      .toReversed()
      .slice(0, 20),
  )
}
