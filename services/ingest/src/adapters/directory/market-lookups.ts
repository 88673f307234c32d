import type { Bus, Fence } from '@whalecast/bus'
import { payoutE6, type FeeRule, type Market, type Trade } from '@whalecast/events'
import type { MarketLifecycle } from '@whalecast/kalshi'
import { unlessAborted, type Logger } from '@whalecast/runtime'
import type { Counters } from '../../counters.ts'
import { fromLifecycle } from '../../domain/directory/market-lifecycle.ts'
import type { MarketDirectory } from '../../domain/directory/market-directory.ts'
import type { IngestRecord } from '../../record.ts'
import { Wake } from '../wake.ts'

/** A payout of $100, the least that enters the whale queue by default: its title is wanted on a screen now. */
const urgentPayoutE6 = 100_000_000
const statusEveryMs = 30_000
const retryMs = 5_000
const feesEveryMs = 3_600_000
/** Writes to the bus under way at once: enough to fill a round trip, few beside the trades. */
const putsAtOnce = 64

/** The exchange's REST API as the directory needs it. Undefined: the exchange does not know the ticker. */
export type MarketSource = {
  market(ticker: string, signal: AbortSignal): Promise<Market | undefined>
  openMarkets(signal: AbortSignal): AsyncIterable<readonly Market[]>
  /** What each series takes for a trade. */
  seriesFees(signal: AbortSignal): Promise<ReadonlyMap<string, FeeRule>>
  tradingHalted(signal: AbortSignal): Promise<boolean>
}

export type LookupDeps = {
  readonly source: MarketSource
  readonly directory: MarketDirectory
  readonly bus: Bus
  readonly fence: Fence
  readonly record: IngestRecord
  readonly counters: Counters
  readonly logger: Logger
  readonly now: () => number
}

/**
 * Fills the directory over REST and keeps the bus's `market` values up to date, all in the background: trades never
 * wait for it, and while REST is away only titles are missing.
 */
export class MarketLookups {
  readonly #deps: LookupDeps
  readonly #wanted = new Wake()
  /** Markets that changed and are not on the bus yet; the newest of each. */
  readonly #changed = new Map<string, Market>()
  readonly #change = new Wake()
  #fees: ReadonlyMap<string, FeeRule> = new Map()
  #version = 0

  constructor(deps: LookupDeps) {
    this.#deps = deps
  }

  /** A trade was read. */
  onTrade(trade: Trade): void {
    const { directory, counters, now } = this.#deps
    const wish = directory.want(trade.market_ticker, payoutE6(trade) >= urgentPayoutE6, now())
    if (wish === 'queued') this.#wanted.ring()
    if (wish === 'queued' || wish === 'refused') counters.lookups.inc({ outcome: wish })
  }

  /** The exchange told of a step in a market's life. */
  onLifecycle(step: MarketLifecycle): void {
    const market = fromLifecycle(step, this.#deps.directory.get(step.market_ticker))
    if (market !== undefined) this.#learn(market)
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.#learnFees(signal),
      this.#preload(signal),
      this.#lookUp(signal),
      this.#watchStatus(signal),
      this.#write(signal),
    ])
  }

  /** Fees change seldom and series appear; markets that are known already get theirs with the answer. */
  async #learnFees(signal: AbortSignal): Promise<void> {
    const { source, directory } = this.#deps
    while (!signal.aborted) {
      const fees = await this.#ask(signal, () => source.seriesFees(signal))
      if (fees === undefined) continue
      this.#fees = fees
      for (const market of directory.all()) this.#learn(market)
      await new Wake().wait(signal, feesEveryMs)
    }
  }

  async #preload(signal: AbortSignal): Promise<void> {
    const { source, record, logger, directory } = this.#deps
    while (!signal.aborted && !record.directory.preloaded) {
      const done = await this.#ask(signal, async () => {
        for await (const page of source.openMarkets(signal)) {
          for (const market of page) this.#learn(market)
          this.#answered()
        }
        return true
      })
      if (done === true && !signal.aborted) {
        record.directory.preloaded = true
        logger.info('market directory loaded', { markets: directory.size })
      }
    }
  }

  async #lookUp(signal: AbortSignal): Promise<void> {
    const { source, directory, counters, now } = this.#deps
    while (!signal.aborted) {
      const ticker = directory.next()
      if (ticker === undefined) {
        await this.#wanted.wait(signal)
        continue
      }
      const market = await this.#ask(signal, async () => (await source.market(ticker, signal)) ?? 'unknown')
      if (market === undefined) directory.putBack(ticker)
      else if (market === 'unknown') directory.doubt(ticker, now())
      else this.#learn(market)
      const outcome = market === undefined ? 'failed' : market === 'unknown' ? 'unknown' : 'found'
      counters.lookups.inc({ outcome })
    }
  }

  /** Asks the exchange's status, so that silence can be told from a halt, and an API that is away from a quiet one. */
  async #watchStatus(signal: AbortSignal): Promise<void> {
    const { source, record } = this.#deps
    while (!signal.aborted) {
      const halted = await this.#ask(signal, () => source.tradingHalted(signal))
      if (halted === undefined) continue
      record.feed.tradingHalted = halted
      await new Wake().wait(signal, statusEveryMs)
    }
  }

  async #write(signal: AbortSignal): Promise<void> {
    const { logger } = this.#deps
    while (!signal.aborted) {
      const batch = [...this.#changed.values()].slice(0, putsAtOnce)
      if (batch.length === 0) {
        await this.#change.wait(signal)
        continue
      }
      for (const { market_ticker } of batch) this.#changed.delete(market_ticker)
      const puts = Promise.all(batch.map((market) => this.#put(market)))
      const results = await unlessAborted(puts, signal)
      if (results === undefined) return
      const refused = results.filter(({ status }) => status === 'rejected')
      if (refused.length > 0) logger.warn('market values were refused', { count: refused.length })
      results.forEach(({ status }, at) => {
        const market = batch[at]
        // An unknown outcome is written again, unless something newer waits already.
        if (status === 'unconfirmed' && market !== undefined && !this.#changed.has(market.market_ticker)) {
          this.#changed.set(market.market_ticker, market)
        }
      })
      if (results.some(({ status }) => status === 'unconfirmed')) await new Wake().wait(signal, retryMs)
    }
  }

  #put(data: Market) {
    const { bus, fence } = this.#deps
    this.#version += 1
    const options = { fence, version: this.#version, key: data.market_ticker }
    return bus.put('market', { type: 'market', data }, options)
  }

  #learn(bare: Market): void {
    const fees = this.#fees.get(seriesOf(bare))
    const market = fees ? { ...bare, fees } : bare
    if (!this.#deps.directory.learn(market)) return
    this.#changed.set(market.market_ticker, market)
    this.#change.ring()
  }

  #answered(): void {
    const { record, now } = this.#deps
    record.directory.lastAnswerAtMs = now()
    record.directory.lastError = ''
  }

  /** The answer of the exchange; undefined, after a pause, when it gave none. */
  async #ask<Answer>(signal: AbortSignal, request: () => Promise<Answer>): Promise<Answer | undefined> {
    const { record, logger } = this.#deps
    try {
      const answer = await request()
      this.#answered()
      return answer
    } catch (error) {
      if (signal.aborted) return undefined
      const reason = error instanceof Error ? error.message : String(error)
      if (record.directory.lastError === '') logger.warn('the REST API does not answer', { error: reason })
      record.directory.lastError = reason
      await new Wake().wait(signal, retryMs)
      return undefined
    }
  }
}

/** The exchange names an event after its series, and a market after its event. */
const seriesOf = ({ event_ticker: event, market_ticker: ticker }: Market): string =>
  (event ?? ticker).split('-', 1)[0] ?? ''
