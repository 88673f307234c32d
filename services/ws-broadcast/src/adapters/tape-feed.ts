import type { Bus, Disposer } from '@whalecast/bus'
import { parseChannel } from '@whalecast/events'
import type { Board } from '../domain/board.ts'
import type { Hub } from '../domain/hub.ts'

export type TapeFeedOptions = {
  readonly bus: Bus
  readonly board: Board
  readonly hub: Hub
  readonly now: () => number
}

/** A client that reloads its page is back sooner than this; the subscription need not flap with it. */
const lingerMs = 5_000

/** Follows the tape of the bus while somebody listens to it or to one market of it. */
export class TapeFeed {
  readonly #options: TapeFeedOptions
  readonly #followed = new Set<string>()
  #end: Disposer | undefined
  #idleSinceMs: number | undefined

  constructor(options: TapeFeedOptions) {
    this.#options = options
  }

  /** A channel has its first listener, or has lost its last. */
  onListened(channel: string, listened: boolean): void {
    if (parseChannel(channel)?.name !== 'tape') return
    const { board, now } = this.#options
    if (listened) {
      this.#followed.add(channel)
      this.#idleSinceMs = undefined
      this.#end ??= this.#subscribe()
      return
    }
    this.#followed.delete(channel)
    board.forgetTape(channel)
    if (this.#followed.size === 0) this.#idleSinceMs = now()
  }

  /** Gives the subscription back once nobody has listened for a while. */
  check(nowMs: number): void {
    if (this.#idleSinceMs !== undefined && nowMs - this.#idleSinceMs >= lingerMs) this.stop()
  }

  stop(): void {
    this.#end?.()
    this.#end = undefined
    this.#idleSinceMs = undefined
  }

  #subscribe(): Disposer {
    const { bus, board, hub } = this.#options
    const wanted = (channel: string) => this.#followed.has(channel)
    return bus.subscribe('tape', ({ items }) => {
      for (const trade of items)
        for (const { channel, frame } of board.takeTrade(trade, wanted)) hub.publish(channel, frame)
    })
  }
}
