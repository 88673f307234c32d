import type { Bus, Disposer } from '@whalecast/bus'
import { toTradeFrame, type Trade, type TradeFrame } from '@whalecast/events'
import type { Hub } from '@whalecast/fanout'
import type { Board } from '../../domain/channels/board.ts'
import type { Client } from '../../domain/conversation/client.ts'
import type { Feed } from '../../domain/channels/feeds.ts'

export type TapeFeedOptions = {
  readonly bus: Bus
  readonly board: Board
  readonly hub: Hub<Client>
  readonly now: () => number
}

/** A client that reloads its page is back sooner than this; the subscription need not flap with it. */
const lingerMs = 5_000
/** Who asks for trades over HTTP asks again; until then the newest are kept. */
const askedLingerMs = 60_000
const recentCapacity = 5_000

/** The newest prints, and since when they are known without a break. */
export type RecentTrades = { readonly since_ms: number; readonly trades: readonly TradeFrame[] }

/** Follows the tape of the bus while somebody listens to it or to one market of it, or has asked for trades lately. */
export class TapeFeed {
  readonly #options: TapeFeedOptions
  readonly #followed = new Set<string>()
  #end: Disposer | undefined
  #idleSinceMs: number | undefined
  #askedAtMs: number | undefined
  #sinceMs = 0
  #recent: Trade[] = []

  constructor(options: TapeFeedOptions) {
    this.#options = options
  }

  /** A feed has its first listener, or has lost its last. */
  onListened(feed: Feed, listened: boolean): void {
    if (feed.kind !== 'tape') return
    const { board, now } = this.#options
    if (listened) {
      this.#followed.add(feed.name)
      this.#idleSinceMs = undefined
      this.#end ??= this.#subscribe()
      board.tapes.open(feed, this.#recent)
      return
    }
    this.#followed.delete(feed.name)
    board.tapes.close(feed)
    if (this.#followed.size === 0) this.#idleSinceMs = now()
  }

  /** Gives the subscription back once nobody has listened for a while. */
  check(nowMs: number): void {
    if (this.#askedAtMs !== undefined && nowMs - this.#askedAtMs >= askedLingerMs) this.#askedAtMs = undefined
    if (this.#idleSinceMs === undefined || this.#askedAtMs !== undefined) return
    if (nowMs - this.#idleSinceMs >= lingerMs) this.stop()
  }

  /** The newest prints, of one market or of all, newest first. Whoever asks first begins what is remembered. */
  recent(limit: number, ticker: string | undefined): RecentTrades {
    const nowMs = this.#options.now()
    this.#askedAtMs = nowMs
    if (!this.#end) {
      this.#idleSinceMs = nowMs
      this.#end = this.#subscribe()
    }
    const trades: TradeFrame[] = []
    for (let index = this.#recent.length - 1; index >= 0 && trades.length < limit; index -= 1) {
      const trade = this.#recent[index]
      if (trade && (ticker === undefined || trade.market_ticker === ticker)) trades.push(toTradeFrame(trade))
    }
    return { since_ms: this.#sinceMs, trades }
  }

  stop(): void {
    this.#end?.()
    this.#end = undefined
    this.#idleSinceMs = undefined
    this.#recent = []
  }

  #subscribe(): Disposer {
    const { bus, board, hub, now } = this.#options
    this.#sinceMs = now()
    return bus.subscribe('tape', ({ items, lost }) => {
      if (lost > 0) this.#sinceMs = now()
      this.#remember(items)
      for (const trade of items)
        for (const { channel, frame } of board.tapes.take(trade)) hub.publish(channel, frame)
    })
  }

  /** Cut back now and then rather than at each print: shifting thousands is slow. */
  #remember(trades: readonly Trade[]): void {
    for (const trade of trades) this.#recent.push(trade)
    if (this.#recent.length < 2 * recentCapacity) return
    this.#recent = this.#recent.slice(-recentCapacity)
    this.#sinceMs = Math.max(this.#sinceMs, this.#recent[0]?.received_at_ms ?? 0)
  }
}
