import type { Bus } from '@whalecast/bus'
import type { Trade } from '@whalecast/events'
import { nowMicros, stampedId } from '../clock.ts'

/** How often trades are printed: as long as a timer takes anyway. */
const turnMs = 2

export type FeedRun = { readonly perSecond: number; readonly seconds: number }

export type FeedReport = {
  readonly printed: number
  readonly running: boolean
  /** The most that a trade was printed after its time. */
  readonly latestMs: number
}

/** Prints trades onto the tape of the bus at a given rate, as ingest does: what a turn brings goes in one batch. */
export class TradeFeed {
  private readonly bus: Bus
  private readonly tickers: readonly string[]
  private run: FeedRun = { perSecond: 0, seconds: 0 }
  private printed = 0
  private startedMs = 0
  private latestMs = 0
  private timer: NodeJS.Timeout | undefined

  constructor(bus: Bus, tickers: readonly string[]) {
    this.bus = bus
    this.tickers = tickers
  }

  start(run: FeedRun): void {
    this.stop()
    this.run = run
    this.printed = 0
    this.latestMs = 0
    this.startedMs = performance.now()
    this.turn()
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  report(): FeedReport {
    return { printed: this.printed, running: this.timer !== undefined, latestMs: this.latestMs }
  }

  private turn(): void {
    const { perSecond, seconds } = this.run
    const total = Math.round(perSecond * seconds)
    const elapsedMs = performance.now() - this.startedMs
    const due = Math.min(total, Math.floor((elapsedMs * perSecond) / 1_000)) - this.printed
    if (due > 0) {
      this.latestMs = Math.max(this.latestMs, ((due - 1) / perSecond) * 1_000)
      const trades = Array.from({ length: due }, (_, n) => this.trade(this.printed + n))
      this.bus.print('tape', 'trade', trades)
      this.printed += due
    }
    this.timer = this.printed < total ? setTimeout(() => this.turn(), turnMs) : undefined
  }

  private trade(n: number): Trade {
    const nowMs = Date.now()
    return {
      trade_id: stampedId(nowMicros()),
      market_ticker: this.tickers[n % this.tickers.length] ?? '',
      taker_side: n % 3 === 0 ? 'no' : 'yes',
      yes_price_e4: 100 * (1 + (n % 98)),
      count_e2: 100 * (1 + ((n * 7_919) % 5_000)),
      is_block_trade: false,
      executed_at_ms: nowMs - 40,
      received_at_ms: nowMs,
    }
  }
}
