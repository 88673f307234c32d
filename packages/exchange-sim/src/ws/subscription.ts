import { type ChannelName, type ChannelRules, channels } from './channels.ts'

/** What the frames of one subscription are numbered and filtered by. */
type SubscriptionOptions = {
  readonly sid: number
  readonly channel: ChannelName
  readonly useYesPrice: boolean
  readonly skipTickerAck: boolean
}

/** The command a frame answers, and how far it moves the sequence. */
export type FrameOptions = { readonly id?: number; readonly step?: number }

/**
 * One connection's subscription to one channel. It stamps the sid on every frame and, on sequenced channels,
 * numbers all of them in one gapless sequence across its markets.
 */
export class Subscription {
  readonly sid: number
  readonly channel: ChannelName
  readonly rules: ChannelRules
  readonly useYesPrice: boolean
  readonly skipTickerAck: boolean
  /** `undefined` stands for every market there is. */
  #tickers: Set<string> | undefined = new Set()
  #seq = 0

  constructor({ sid, channel, useYesPrice, skipTickerAck }: SubscriptionOptions) {
    this.sid = sid
    this.channel = channel
    this.rules = channels[channel]
    this.useYesPrice = useYesPrice
    this.skipTickerAck = skipTickerAck
  }

  /** The markets it is filtered to; empty when it covers all. */
  get tickers(): readonly string[] {
    return [...(this.#tickers ?? [])]
  }

  /** True when a frame about this market belongs to it. */
  covers(ticker: string | undefined): boolean {
    return this.#tickers === undefined || (ticker !== undefined && this.#tickers.has(ticker))
  }

  /** Adds markets, or with `undefined` all of them; answers those that were not covered before. */
  add(tickers: readonly string[] | undefined): string[] {
    if (tickers === undefined) this.#tickers = undefined
    const known = this.#tickers
    if (!tickers || !known) return []
    const added = [...new Set(tickers)].filter((ticker) => !known.has(ticker))
    for (const ticker of added) known.add(ticker)
    return added
  }

  /** Takes markets out. A subscription to all markets has no list to take them from and stays as it is. */
  remove(tickers: readonly string[]): void {
    for (const ticker of tickers) this.#tickers?.delete(ticker)
  }

  /**
   * The next frame of this subscription: an envelope around a message that is JSON already. `step` is the
   * distance in numbers from the frame before, which only a recording with holes makes other than 1.
   */
  frame(type: string, messageJson: string | undefined, { id = 0, step = 1 }: FrameOptions = {}): string {
    const command = id > 0 ? `"id":${id},` : ''
    const seq = this.rules.sequenced ? `,"seq":${(this.#seq += step)}` : ''
    const message = messageJson === undefined ? '' : `,"msg":${messageJson}`
    return `{${command}"type":"${type}","sid":${this.sid}${seq}${message}}`
  }
}
