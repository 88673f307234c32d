import { constants, sign } from 'node:crypto'
import type { ExchangeSim } from '@whalecast/exchange-sim'
import { reconnectingSocket, type ReconnectingSocket } from '@whalecast/socket'
import { eventually } from '@whalecast/testkit'
import { json } from '../exchange-admin.ts'
import type { BookAt, FeeRule, Outcome, Print, SeenAtExchange } from './evidence.ts'

type Fields = Readonly<Record<string, unknown>>
type Message = { readonly type: string; readonly sid?: number; readonly msg?: Fields }
type Market = { readonly ticker: string; readonly event_ticker: string; readonly close_time: string }

/** Writes down all that happens at an exchange, by a parser and books of its own. */
export class ExchangeWatch {
  private readonly exchange: ExchangeSim
  private readonly stop = new AbortController()
  private readonly socket: ReconnectingSocket
  private readonly books = new Map<string, BookAt[]>()
  private readonly prints: Print[] = []
  private readonly decided = new Map<string, number>()
  private readonly closesMs = new Map<string, number>()
  private readonly pauses = new Map<string, { fromMs: number; toMs: number }[]>()
  private readonly failures: unknown[] = []
  private bookSid: number | undefined

  constructor(exchange: ExchangeSim) {
    this.exchange = exchange
    const { keyId, privateKeyPem } = exchange.issueKey()
    const headers = () => {
      const timestamp = String(Date.now())
      const signed = Buffer.from(`${timestamp}GET${new URL(exchange.wsUrl).pathname}`)
      const key = { key: privateKeyPem, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
      return {
        'KALSHI-ACCESS-KEY': keyId,
        'KALSHI-ACCESS-TIMESTAMP': timestamp,
        'KALSHI-ACCESS-SIGNATURE': sign('sha256', signed, key).toString('base64'),
      }
    }
    this.socket = reconnectingSocket({ url: exchange.wsUrl, headers, signal: this.stop.signal })
  }

  /** Resolves once the book of every open market is known. */
  async start(): Promise<void> {
    const markets = await this.openMarkets()
    for (const { ticker, close_time: time } of markets) this.closesMs.set(ticker, Date.parse(time))
    const tickers = markets.map(({ ticker }) => ticker)
    void this.listen(tickers).catch((error: unknown) => this.failures.push(error))
    await eventually(() => this.failures.length > 0 || tickers.every((ticker) => this.books.has(ticker)), {
      timeoutMs: 20_000,
    })
  }

  /** All that was seen; rejects when something was missed, because then it proves nothing. */
  async evidence(tickers: readonly string[]): Promise<SeenAtExchange> {
    if (this.failures.length > 0)
      throw new Error('the exchange was not seen whole', { cause: this.failures[0] })
    const fees = new Map<string, FeeRule>()
    for (const ticker of tickers) fees.set(ticker, await this.feeRule(ticker))
    const { books, prints, decided, pauses } = this
    const quiet = new Map(
      tickers.map((ticker) => {
        const closed = { fromMs: this.closesMs.get(ticker) ?? Infinity, toMs: Infinity }
        return [ticker, [...(pauses.get(ticker) ?? []), closed]]
      }),
    )
    return { books, prints, decided, quiet, fees }
  }

  close(): void {
    this.stop.abort()
  }

  private async listen(tickers: readonly string[]): Promise<void> {
    for await (const event of this.socket) {
      if (event.type === 'closed') throw event.error
      if (event.type === 'open') this.subscribe(tickers)
      if (event.type !== 'frame') continue
      const message: Message = JSON.parse(event.data)
      this.onMessage(message, event.receivedAtMs)
    }
  }

  private subscribe(tickers: readonly string[]): void {
    const subscribe = (id: number, params: Fields) =>
      this.socket.send(JSON.stringify({ id, cmd: 'subscribe', params }))
    subscribe(1, { channels: ['trade', 'market_lifecycle_v2'] })
    subscribe(2, { channels: ['orderbook_delta'], market_tickers: tickers })
  }

  private onMessage({ type, sid, msg = {} }: Message, receivedAtMs: number): void {
    const ticker = String(msg['market_ticker'])
    if (type === 'error') throw new Error(`the exchange refused: ${JSON.stringify(msg)}`)
    if (type === 'orderbook_snapshot') {
      this.bookSid = sid
      const side = (name: string) => bidsOf(msg[`${name}_dollars_fp`])
      this.booksOf(ticker).push({ atMs: receivedAtMs, yes: side('yes'), no: side('no') })
    }
    if (type === 'orderbook_delta') this.onDelta(ticker, msg)
    if (type === 'trade') {
      this.prints.push({
        ticker,
        atMs: Number(msg['ts_ms']),
        yesE4: e4(msg['yes_price_dollars']),
        countE2: e2(msg['count_fp']),
        isBlock: msg['is_block_trade'] === true,
      })
    }
    if (type === 'market_lifecycle_v2') this.onLife(ticker, msg, receivedAtMs)
  }

  private onDelta(ticker: string, msg: Fields): void {
    const books = this.booksOf(ticker)
    const before = books.at(-1)
    if (!before) throw new Error(`${ticker}: a change without a book`)
    const side: Outcome = msg['side'] === 'yes' ? 'yes' : 'no'
    const bids = new Map(before[side])
    const priceE4 = e4(msg['price_dollars'])
    const countE2 = (bids.get(priceE4) ?? 0) + e2(msg['delta_fp'])
    if (countE2 < 0) throw new Error(`${ticker}: fewer than no contracts at ${priceE4}`)
    if (countE2 === 0) bids.delete(priceE4)
    else bids.set(priceE4, countE2)
    books.push({ ...before, [side]: bids, atMs: Number(msg['ts_ms']) })
  }

  private onLife(ticker: string, msg: Fields, atMs: number): void {
    const kind = msg['event_type']
    // A market closes by its time, and nobody says so.
    if (kind === 'created' || kind === 'close_date_updated') {
      this.closesMs.set(ticker, Number(msg['close_ts']) * 1_000)
    }
    if (kind === 'created') {
      const params = { sids: [this.bookSid], market_tickers: [ticker], action: 'add_markets' }
      this.socket.send(JSON.stringify({ id: 3, cmd: 'update_subscription', params }))
    }
    if (kind === 'deactivated') getOrPut(this.pauses, ticker).push({ fromMs: atMs, toMs: Infinity })
    if (kind === 'activated') {
      const pause = this.pauses.get(ticker)?.at(-1)
      if (pause) pause.toMs = atMs
    }
    if (kind === 'determined') this.decided.set(ticker, e4(msg['settlement_value']))
  }

  private async openMarkets(): Promise<readonly Market[]> {
    const url = `${this.exchange.apiUrl}/markets?limit=1000&status=open`
    return (await json<{ markets: Market[] }>(url)).markets
  }

  private async feeRule(ticker: string): Promise<FeeRule> {
    const { apiUrl } = this.exchange
    const { market } = await json<{ market: Market }>(`${apiUrl}/markets/${ticker}`)
    const event = `${apiUrl}/events/${market.event_ticker}`
    const { series_ticker: name } = (await json<{ event: { series_ticker: string } }>(event)).event
    type Series = { readonly fee_type: string; readonly fee_multiplier: number }
    const { series } = await json<{ series: Series }>(`${apiUrl}/series/${name}`)
    return { type: series.fee_type, multiplier: series.fee_multiplier }
  }

  private booksOf(ticker: string): BookAt[] {
    return getOrPut(this.books, ticker)
  }
}

function getOrPut<T>(map: Map<string, T[]>, key: string): T[] {
  const known = map.get(key)
  if (known) return known
  const fresh: T[] = []
  map.set(key, fresh)
  return fresh
}

const e4 = (dollars: unknown): number => Math.round(Number(dollars) * 10_000)
const e2 = (count: unknown): number => Math.round(Number(count) * 100)

function bidsOf(levels: unknown): Map<number, number> {
  if (!Array.isArray(levels)) return new Map()
  return new Map(levels.map(([price, count]: [string, string]) => [e4(price), e2(count)]))
}
