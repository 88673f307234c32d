import { expect, test } from '@jest/globals'
import { connectWhalecast, type ServerFrame, type WhalecastClient } from '@whalecast/client'
import type { ServerFrameMap, ServerFrameType } from '@whalecast/events'
import { eventually, openSystem, type System } from '@whalecast/testkit'
import { accessToken } from './access-token.ts'
import { apiUrl, json, placeOrder, type ExchangeTrade } from './exchange-admin.ts'
import { hasBrowser, openConsole, unlessBrowser } from './open-console.ts'

/** From the first look at a system that is ready to a decision that is explained and paid for. */
const withinMs = 60_000

const { token, setting } = accessToken('market+account')
/** A market that moves only where the test moves it, and a strategy that follows. */
const followed = { TRADING_STRATEGY: 'whale_follower', SIM_RATE: '0', WHALECAST_TOKENS: setting }

type ListedMarket = {
  readonly ticker: string
  readonly title: string
  readonly yes_bid_dollars: string
  readonly yes_ask_dollars: string
  readonly yes_ask_size_fp: string
  readonly close_time: string
}

/** A market that stays open, and in which five contracts can be bought within the guards of the strategy. */
async function quietMarket(system: System): Promise<ListedMarket> {
  const url = `${await apiUrl(system)}/markets?limit=200&status=open`
  const { markets } = await json<{ markets: ListedMarket[] }>(url)
  const found = markets.find((market) => {
    const [bid, ask] = [Number(market.yes_bid_dollars), Number(market.yes_ask_dollars)]
    const staysMs = Date.parse(market.close_time) - Date.now()
    return (
      staysMs > 3_600_000 &&
      ask - bid < 0.025 &&
      bid > 0.3 &&
      ask < 0.7 &&
      Number(market.yes_ask_size_fp) >= 5
    )
  })
  if (!found) throw new Error('no market is quiet enough')
  return found
}

/** A whale takes YES where it is offered, and does not take all of it. */
async function printWhale(system: System, { ticker: market, yes_ask_dollars }: ListedMarket) {
  const price = Number(yes_ask_dollars)
  await placeOrder(system, { market, side: 'no', price: (1 - price).toFixed(4), count: '60100' })
  const trades = await placeOrder(system, { market, side: 'yes', price: price.toFixed(4), count: '60000' })
  const whale = trades.find(({ count_fp: count }) => Number(count) > 50_000)
  if (!whale) throw new Error(`no whale among ${trades.length} trades`)
  return whale
}

/** Five contracts at that price: the price, what they cost, and the exchange's fee, all in cents. */
function paid(priceDollars: string) {
  const priceE4 = Math.round(Number(priceDollars) * 10_000)
  // 0.07 of count × price × (1 − price), in hundredths of a cent, rounded up.
  const fee = Math.ceil((7 * 500 * priceE4 * (10_000 - priceE4)) / 1e8) / 100
  return { price: priceE4 / 100, cost: (priceE4 * 5) / 100, fee }
}

const twoDecimals = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
/** As the console writes it: half a cent goes up, which `toFixed` does not always do. */
const dollars = (cents: number): string => `$${twoDecimals.format(cents / 100)}`

/** What a client with the scope of the account was told of one whale, in the order in which it was told. */
class Story {
  private readonly client: WhalecastClient
  private readonly frames: ServerFrame[] = []

  constructor(system: System) {
    const client = connectWhalecast({
      url: `${system.url.replace('http', 'ws')}ws`,
      channels: ['follow', 'trading_state'],
      token,
    })
    this.client = client
    void (async () => {
      for await (const frame of client.frames()) this.frames.push(frame)
    })()
  }

  get listens(): boolean {
    return this.of('trading_state').length > 0 && this.of('follow').some(({ active }) => active)
  }

  of<Type extends ServerFrameType>(type: Type): readonly ServerFrameMap[Type][] {
    return this.frames.filter(isOf(type)).map(({ data }) => data)
  }

  about({ trade_id: id }: ExchangeTrade) {
    const decision = this.of('decision').find(({ whale_id }) => whale_id === id)
    return {
      whale: this.of('whale').find(({ whale_id }) => whale_id === id),
      processing: this.of('whale_processing').filter(({ whale_id }) => whale_id === id),
      decision,
      fill: this.of('system_activity').find(
        ({ activity_type: type, metadata }) =>
          type === 'order_fill' && decision !== undefined && metadata['order_id'] === decision.order_id,
      ),
      followed: this.of('follow')
        .at(-1)
        ?.followed_whales.find(({ whale_id }) => whale_id === id),
      account: this.of('trading_state').at(-1),
    }
  }

  [Symbol.dispose](): void {
    this.client.close()
  }
}

const isOf =
  <Type extends ServerFrameType>(type: Type) =>
  (frame: ServerFrame): frame is ServerFrame & { readonly data: ServerFrameMap[Type] } =>
    frame.type === type

test('a whale is seen, judged, followed, filled and held, and every step of it is told', async () => {
  await using system = await openSystem(followed)
  using story = new Story(system)
  const startedMs = Date.now()
  await eventually(() => story.listens, { timeoutMs: withinMs })
  const market = await quietMarket(system)
  const whale = await printWhale(system, market)
  const told = await eventually(
    () => {
      const known = story.about(whale)
      const { decision, fill, followed: bought, account, processing } = known
      const isWhole =
        fill !== undefined &&
        bought !== undefined &&
        account?.positions.length === 1 &&
        processing.length === 2
      return decision !== undefined && isWhole && known
    },
    { timeoutMs: withinMs - (Date.now() - startedMs) },
  )
  const { ticker } = market
  const { price, cost, fee } = paid(market.yes_ask_dollars)
  expect(told.whale).toMatchObject({ market_ticker: ticker, side: 'yes', count: Number(whale.count_fp) })
  const [begun, done] = told.processing
  expect(begun).toMatchObject({ status: 'processing', order: { market_ticker: ticker, side: 'yes' } })
  expect(done).toMatchObject({ status: 'complete', action: 'followed' })
  expect(told.decision).toMatchObject({ action: 'followed', market_ticker: ticker, title: market.title })
  expect(told.decision?.client_order_id).toBe(begun?.order?.client_order_id)
  expect(told.decision?.reason).toBe(`5 YES of ${ticker} at ${price} ¢: all bought`)
  expect(told.fill?.metadata).toMatchObject({ ticker, side: 'yes', action: 'buy', count: 5, fee_cents: fee })
  expect(told.followed).toMatchObject({ our_count: 5, filled_count: 5, price_cents: price })
  const { account } = told
  expect(account).toMatchObject({ broker: 'paper', balance: 100_000 - cost - fee, positions: [ticker] })
  expect(account?.fills).toMatchObject([{ ticker, side: 'yes', action: 'buy', price, count: 5, fee }])
  const [position] = account?.positions_details ?? []
  expect(position).toMatchObject({
    ticker,
    side: 'yes',
    position: 5,
    cost,
    fees_paid: fee,
    price_source: 'book',
  })
  // Nothing was sold yet: the fee is booked, the spread is open.
  const value = position?.market_value ?? 0
  expect(value).toBeLessThan(cost)
  expect(account?.portfolio_value).toBe(value)
  expect(account?.pnl?.starting_equity).toBe(100_000)
  expect(account?.pnl?.realized_pnl).toBeCloseTo(-fee, 6)
  expect(account?.pnl?.unrealized_pnl).toBeCloseTo(value - cost, 6)
  expect(account?.pnl?.session_pnl).toBeCloseTo(value - cost - fee, 6)
  expect(account?.pnl?.current_equity).toBeCloseTo(100_000 + value - cost - fee, 6)
}, 120_000)

;(hasBrowser ? test : test.skip)(
  `the console shows it: the whale, the verdict and why, what was bought, and what it is worth${unlessBrowser}`,
  async () => {
    await using system = await openSystem(followed)
    await using shown = await openConsole(`${system.url}#token=${token}`)
    const startedMs = Date.now()
    const region = (name: RegExp) => shown.page.getByRole('region', { name })
    const says = async (name: RegExp, ...texts: readonly (string | RegExp)[]) => {
      const timeout = withinMs - (Date.now() - startedMs)
      for (const text of texts) await region(name).getByText(text).first().waitFor({ timeout })
    }
    // Following begins with an account and a ready system.
    await says(/^decisions$/i, 'active', 'No whale was judged yet.')
    const market = await quietMarket(system)
    await printWhale(system, market)
    const { price, cost, fee } = paid(market.yes_ask_dollars)
    await says(/^whale queue$/i, market.title, /^followed$/i)
    await says(/^decisions$/i, market.title, `5 YES of ${market.ticker} at ${price} ¢: all bought`)
    await says(/^followed trades$/i, market.title, `buy 5 at ${price}¢`, `fee ${dollars(fee)}`)
    await says(/^positions$/i, market.title, dollars(cost))
    await says(/^account$/i, dollars(100_000 - cost - fee), 'Live')
    const fees = `−${dollars(fee)}`
    await says(/^account$/i, new RegExp(`${fees} realised after fees`.replaceAll('$', '\\$')))
    // The same market again: it is held already, and the page says why nothing is bought.
    await printWhale(system, market)
    await says(/^decisions$/i, `${market.ticker}: 5 contracts held already`)
    expect(shown.problems).toEqual([])
    await shown.shoot()
  },
  120_000,
)
