import type { Bus, LatestResult, LogResult } from '@whalecast/bus'
import type { TradingState } from '@whalecast/events'
import { digestOf, type HistoryEvent, type Place } from '@whalecast/delivery'
import { placeOf } from './history.ts'
import { bookChannel, bookOf, bookTicker, tradeOf, tradingStateOf, whaleOf } from './samples.ts'

export type PublishRates = {
  /** A second. */
  readonly whales: number
  readonly states?: number
  /** Of one market. */
  readonly books?: number
  /** Prints on the tape; no record is kept of them. */
  readonly trades?: number
}

/** As long as a timer takes anyway. */
const turnMs = 5
const fence = { owner: 'bench', term: 1 }

/** Publishes as the services do, and records each attempt before it is made and each answer when it comes. */
export class Publisher {
  readonly #bus: Bus
  readonly #record: (event: HistoryEvent) => void
  readonly #waiting = new Set<Promise<void>>()
  /** The newest place that was acknowledged. */
  readonly last = new Map<string, Place>()
  #timer: NodeJS.Timeout | undefined
  #whales = 0
  #version = 0
  #bookVersion = 0

  constructor(bus: Bus, record: (event: HistoryEvent) => void) {
    this.#bus = bus
    this.#record = record
  }

  start(rates: PublishRates): void {
    clearInterval(this.#timer)
    const startedMs = performance.now()
    const done = { whales: 0, states: 0, books: 0, trades: 0 }
    this.#timer = setInterval(() => {
      const elapsed = (performance.now() - startedMs) / 1_000
      for (; done.whales < elapsed * rates.whales; done.whales += 1) this.#wait(this.#publishWhale())
      for (; done.states < elapsed * (rates.states ?? 0); done.states += 1) this.#wait(this.#putState())
      for (; done.books < elapsed * (rates.books ?? 0); done.books += 1) this.#wait(this.#putBook())
      const due = Math.floor(elapsed * (rates.trades ?? 0)) - done.trades
      if (due <= 0) return
      this.#bus.print(
        'tape',
        'trade',
        Array.from({ length: due }, (_, at) => tradeOf(done.trades + at)),
      )
      done.trades += due
    }, turnMs)
  }

  /** Resolves when every attempt has its answer. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    while (this.#waiting.size > 0) await Promise.all(this.#waiting)
  }

  #wait(attempt: Promise<void>): void {
    this.#waiting.add(attempt)
    void attempt.finally(() => this.#waiting.delete(attempt))
  }

  async #publishWhale(): Promise<void> {
    this.#whales += 1
    const channel = 'whales'
    const data = whaleOf(this.#whales)
    const id = data.whale_id
    this.#record({ type: 'offered', channel, id, views: [data.severity] })
    let result: LogResult
    // Whose answer was lost is asked again under the same id, as the bus asks of every publisher.
    do result = await this.#bus.publish(channel, { type: 'whale', data }, { id })
    while (result.status === 'unconfirmed')
    if (result.status === 'rejected') return
    this.last.set(channel, result.position)
    this.#record({ type: 'acknowledged', channel, id, ...result.position })
  }

  async #putState(): Promise<void> {
    this.#version += 1
    const channel = 'trading_state'
    const version = this.#version
    const data: TradingState = tradingStateOf(version)
    this.#record({ type: 'put', channel, version, digest: digestOf(data) })
    const { status } = await this.#bus.put(channel, { type: 'trading_state', data }, { fence, version })
    this.#onPut(channel, version, status)
  }

  async #putBook(): Promise<void> {
    this.#bookVersion += 1
    const version = this.#bookVersion
    const data = bookOf(version)
    this.#record({ type: 'put', channel: bookChannel, version, digest: digestOf(data) })
    const options = { fence, version, key: bookTicker }
    const { status } = await this.#bus.put('book', { type: 'book', data }, options)
    this.#onPut(bookChannel, version, status)
  }

  /** What a newer value overtook, or whose answer was lost, need not come. */
  #onPut(channel: string, version: number, status: LatestResult['status']): void {
    if (status !== 'accepted') return
    this.last.set(channel, placeOf(version))
    this.#record({ type: 'put_acknowledged', channel, version })
  }
}
