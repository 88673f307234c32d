import type { FeeRule, Market, Trade } from '@whalecast/events'
import { systemTime, type SocketTime } from '@whalecast/socket'
import { isAxiosError } from 'axios'
import type { MarketApi } from 'kalshi-typescript'
import { KalshiApiError } from '../api-error.ts'
import { ExchangeClock } from '../exchange-clock.ts'
import { isFields, type Fields } from '../fields.ts'
import type { InvalidReason } from '../frames.ts'
import { parseTrade } from '../parse-trade.ts'
import type { Signer } from '../signer.ts'
import { connectPortfolio, type PortfolioReads, type PortfolioRow } from './connect-portfolio.ts'
import { dateMsOf, parseEvent, parseMarket, parseSeries, type ExchangeEvent } from './directory.ts'
import { openSdk } from './open-sdk.ts'
import { pages } from './pages.ts'
import { Requests } from './requests.ts'
import { TokenBucket } from './token-bucket.ts'

export type RestOptions = {
  /** Up to and including `/trade-api/v2`. */
  readonly apiUrl: string
  /** Without one the exchange answers public reads from a cache that is up to 15 s old. */
  readonly signer?: Signer
  /** Shared with the socket, so that both learn from either. */
  readonly clock?: ExchangeClock
  /** The account's budget. @default 200 tokens/s, the exchange's basic tier, 20 calls at once */
  readonly tokens?: { readonly perSecond: number; readonly capacity: number }
  /** Of one attempt. @default 10_000 */
  readonly timeoutMs?: number
  /** Called for each row that was left out of a page. */
  readonly onDropped?: (what: 'trade' | 'market' | PortfolioRow, reason: InvalidReason | 'malformed') => void
  readonly time?: SocketTime
  readonly random?: () => number
}

export type ExchangeStatus = {
  readonly exchange_active: boolean
  readonly trading_active: boolean
  readonly resume_at_ms: number | null
}

/** Times in whole Unix seconds, as the exchange takes them; both ends inclusive. */
export type TradeQuery = {
  readonly minTs: number
  readonly maxTs?: number
  readonly ticker?: string
}

export type MarketQuery = {
  readonly status?: 'unopened' | 'open' | 'paused' | 'closed' | 'settled'
  readonly eventTicker?: string
  readonly seriesTicker?: string
  readonly tickers?: readonly string[]
  /** Combinations of bets outnumber the other markets ten to one. @default 'exclude' */
  readonly combos?: 'exclude' | 'only' | 'all'
}

/**
 * Reads of the exchange, within its rate limit and retried where that can help. A call rejects with KalshiApiError, or
 * with the signal's reason; an iteration ends quietly when its signal aborts.
 */
export type KalshiRest = {
  exchangeStatus(signal?: AbortSignal): Promise<ExchangeStatus>
  /** Undefined for a ticker that the exchange does not know (yet). */
  market(ticker: string, signal?: AbortSignal): Promise<Market | undefined>
  marketPages(query: MarketQuery, signal?: AbortSignal): AsyncIterable<Market[]>
  /** Undefined for a ticker that the exchange does not know (yet). */
  event(ticker: string, signal?: AbortSignal): Promise<ExchangeEvent | undefined>
  /** What each series takes for a trade, by its ticker. The exchange tells all of them in one answer. */
  seriesFees(signal?: AbortSignal): Promise<ReadonlyMap<string, FeeRule>>
  /** Newest first, and perhaps some seconds behind the socket. */
  tradePages(query: TradeQuery, signal?: AbortSignal): AsyncIterable<Trade[]>
  /** The account behind the key. */
  readonly portfolio: PortfolioReads
}

const pageSize = 1_000

/** The exchange's REST API, through its official SDK. Opens nothing before the first call. */
export function connectRest(options: RestOptions): KalshiRest {
  const { apiUrl, signer, time = systemTime, random = Math.random, onDropped } = options
  const clock = options.clock ?? new ExchangeClock(time.now)
  const bucket = new TokenBucket({ ...(options.tokens ?? { perSecond: 200, capacity: 200 }), time })
  const requests = new Requests({ bucket, clock, time, random })
  const timeoutMs = options.timeoutMs ?? 10_000
  const sdk = openSdk({ apiUrl, signer, clock, timeoutMs })
  const { exchangeApi, marketApi, eventsApi, portfolioApi, ordersApi } = sdk

  return {
    portfolio: connectPortfolio({ portfolioApi, ordersApi, requests, time, onDropped }),
    async exchangeStatus(signal) {
      const call = () => exchangeApi.getExchangeStatus(abortedBy(signal)).catch(statusInRefusal)
      return parseStatus(await requests.read<unknown>(call, signal))
    },
    async market(ticker, signal) {
      const call = () => marketApi.getMarket(ticker, abortedBy(signal))
      const body = await unlessUnknown(requests.read<unknown>(call, signal))
      return body === undefined ? undefined : (parseMarket(fieldsOf(body)['market']) ?? unexpected())
    },
    async event(ticker, signal) {
      const call = () => eventsApi.getEvent(ticker, undefined, abortedBy(signal))
      const body = await unlessUnknown(requests.read<unknown>(call, signal))
      if (body === undefined) return undefined
      const fields = fieldsOf(body)
      return parseEvent(fields['event'], fields['markets']) ?? unexpected()
    },
    async seriesFees(signal) {
      const none = undefined
      const call = () => marketApi.getSeriesList(none, none, none, none, none, abortedBy(signal))
      const rows = fieldsOf(await requests.read<unknown>(call, signal))['series']
      if (!Array.isArray(rows)) return unexpected()
      return new Map(
        rows.flatMap((row) => {
          const series = parseSeries(row)
          return series ? [[series.ticker, series.fees] as const] : []
        }),
      )
    },
    marketPages(query, signal) {
      const read = (cursor: string | undefined) =>
        requests.read<unknown>(() => getMarkets(marketApi, query, cursor, signal), signal)
      return pages({ read, field: 'markets', signal }, (row) => {
        const market = parseMarket(row)
        if (market === undefined) onDropped?.('market', 'malformed')
        return market
      })
    },
    tradePages(query, signal) {
      const { ticker, minTs, maxTs } = query
      const read = (cursor: string | undefined) => {
        const config = abortedBy(signal)
        const call = () => marketApi.getTrades(pageSize, cursor, ticker, minTs, maxTs, undefined, config)
        return requests.read<unknown>(call, signal)
      }
      return pages({ read, field: 'trades', signal }, (row) => {
        const trade = isFields(row) ? parseTrade(row, time.now()) : 'not_an_object'
        if (typeof trade !== 'string') return trade
        onDropped?.('trade', trade)
        return undefined
      })
    },
  }
}

function getMarkets(
  api: MarketApi,
  query: MarketQuery,
  cursor: string | undefined,
  signal: AbortSignal | undefined,
) {
  const { eventTicker, seriesTicker, status, tickers, combos = 'exclude' } = query
  const none = undefined
  return api.getMarkets(
    pageSize,
    cursor,
    eventTicker,
    seriesTicker,
    ...([none, none, none, none, none, none, none] as const),
    status,
    tickers?.join(','),
    combos === 'all' ? none : combos,
    abortedBy(signal),
  )
}

function abortedBy(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal }
}

/** In maintenance the exchange refuses this very question with 5xx, and answers it in the refusal. */
async function statusInRefusal(error: unknown) {
  const response = isAxiosError<unknown>(error) ? error.response : undefined
  if (response !== undefined && isFields(response.data) && 'exchange_active' in response.data) {
    return { ...response, data: response.data }
  }
  throw error
}

function parseStatus(body: unknown): ExchangeStatus {
  const fields = fieldsOf(body)
  const { exchange_active, trading_active } = fields
  if (typeof exchange_active !== 'boolean' || typeof trading_active !== 'boolean') return unexpected()
  return {
    exchange_active,
    trading_active,
    resume_at_ms: dateMsOf(fields['exchange_estimated_resume_time']),
  }
}

async function unlessUnknown<Body>(answer: Promise<Body>): Promise<Body | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof KalshiApiError && error.status === 404) return undefined
    throw error
  }
}

function fieldsOf(body: unknown): Fields {
  return isFields(body) ? body : unexpected()
}

function unexpected(): never {
  throw new KalshiApiError(200, {
    code: 'unexpected_body',
    message: 'The exchange answered with something else than what was asked for',
    details: null,
  })
}
