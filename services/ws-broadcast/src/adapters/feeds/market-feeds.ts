import type { Bus, Disposer, LatestMessage } from '@whalecast/bus'
import { parseChannel } from '@whalecast/events'
import type { Hub } from '@whalecast/fanout'
import type { Board } from '../../domain/channels/board.ts'
import type { Client } from '../../domain/conversation/client.ts'
import { PacedLatest } from './paced-latest.ts'

export type MarketFeedsOptions = {
  readonly bus: Bus
  readonly board: Board
  readonly hub: Hub<Client>
  readonly now: () => number
  readonly onConflated: () => void
}

type Followed = { readonly end: Disposer; idleSinceMs: number | undefined }
type MarketValue = LatestMessage<'book'> | LatestMessage<'ticker'>

/** As for the tape: who reloads a page need not make the subscription flap. */
const lingerMs = 5_000

/** Follows the book and the prices of a market while somebody listens to them. */
export class MarketFeeds {
  readonly #options: MarketFeedsOptions
  readonly #followed = new Map<string, Followed>()
  readonly #paced: PacedLatest<MarketValue>

  constructor(options: MarketFeedsOptions) {
    this.#options = options
    const { now, onConflated } = options
    this.#paced = new PacedLatest({ now, onConflated, onDue: (value) => this.#publish(value) })
  }

  /** Whether somebody listens to a channel, in whatever form. */
  onListened(channel: string, listened: boolean): void {
    const { name, ticker } = parseChannel(channel) ?? {}
    if ((name !== 'book' && name !== 'ticker') || ticker === undefined) return
    const known = this.#followed.get(channel)
    if (known) known.idleSinceMs = listened ? undefined : this.#options.now()
    else if (listened)
      this.#followed.set(channel, { end: this.#subscribe(name, ticker), idleSinceMs: undefined })
  }

  /** Gives back what nobody has listened to for a while. */
  check(nowMs: number): void {
    for (const [channel, { idleSinceMs }] of this.#followed)
      if (idleSinceMs !== undefined && nowMs - idleSinceMs >= lingerMs) this.#end(channel)
  }

  stop(): void {
    for (const channel of this.#followed.keys()) this.#end(channel)
    this.#paced.stop()
  }

  #subscribe(name: 'book' | 'ticker', ticker: string): Disposer {
    const take = (value: MarketValue) => this.#paced.offer(`${name}:${ticker}`, value)
    const options = { key: ticker }
    const { bus } = this.#options
    return name === 'book' ? bus.subscribe('book', take, options) : bus.subscribe('ticker', take, options)
  }

  #publish(value: MarketValue): void {
    const { board, hub } = this.#options
    for (const { channel, frame } of board.takeLatest(value)) hub.publish(channel, frame)
  }

  #end(channel: string): void {
    this.#followed.get(channel)?.end()
    this.#followed.delete(channel)
    this.#paced.drop(channel)
    this.#options.board.forget(channel)
  }
}
