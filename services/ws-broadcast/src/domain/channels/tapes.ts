import { parseChannel, toTradeFrame, wireChannels, type Trade } from '@whalecast/events'
import type { FrameEncoder, OutFrame } from '@whalecast/fanout'
import type { Addressed } from './messages.ts'
import { facetsOfTrade, type Facets } from './facets.ts'
import type { Feed } from './feeds.ts'
import { compileFilter } from './filters.ts'
import { PrefixTable } from './prefix-table.ts'

/** The prints of a channel that one filter lets through, and the feeds that get them: as they come, or slowed down. */
type Line = {
  readonly passes: ((facets: Facets) => boolean) | undefined
  readonly feeds: Set<string>
  /** The newest, for whoever begins to listen. */
  readonly frames: OutFrame[]
}

/** A print is serialised once for all tapes, and framed once for each channel that it is on. */
export class Tapes {
  readonly #encoder: FrameEncoder
  /** By channel, then by filter. */
  readonly #lines = new Map<string, Map<string, Line>>()
  readonly #prefixes = new PrefixTable()

  constructor(encoder: FrameEncoder) {
    this.#encoder = encoder
  }

  /** A feed has its first listener; `recent` are the newest prints of all markets, oldest first. */
  open(feed: Feed, recent: readonly Trade[] = []): void {
    const { channel } = feed
    let lines = this.#lines.get(channel)
    if (!lines) {
      this.#lines.set(channel, (lines = new Map()))
      const { prefix } = parseChannel(channel) ?? {}
      if (prefix !== undefined) this.#prefixes.add(prefix)
    }
    const known = lines.get(keyOf(feed))
    if (known) {
      known.feeds.add(feed.name)
      return
    }
    const passes = feed.filter && compileFilter(feed.filter)
    const frames = this.#newest(channel, passes, recent)
    lines.set(keyOf(feed), { passes, feeds: new Set([feed.name]), frames })
  }

  /** Nobody listens to a feed any more: it is not written on, and what it holds gets old. */
  close(feed: Feed): void {
    const { channel } = feed
    const lines = this.#lines.get(channel)
    const line = lines?.get(keyOf(feed))
    line?.feeds.delete(feed.name)
    if (!lines || line?.feeds.size !== 0) return
    lines.delete(keyOf(feed))
    if (lines.size > 0) return
    this.#lines.delete(channel)
    const { prefix } = parseChannel(channel) ?? {}
    if (prefix !== undefined) this.#prefixes.delete(prefix)
  }

  /** The frames of a print, for the feeds that somebody listens to. */
  take(trade: Trade): readonly Addressed[] {
    const made: Addressed[] = []
    let print: { readonly text: string; readonly facets: Facets } | undefined
    for (const channel of this.#channelsOf(trade.market_ticker)) {
      const lines = this.#lines.get(channel)
      if (!lines) continue
      print ??= printOf(trade)
      let frame: OutFrame | undefined
      for (const { passes, feeds, frames } of lines.values()) {
        if (passes && !passes(print.facets)) continue
        frame ??= this.#encoder.encodeText({ type: 'trade', channel }, print.text, 'tape')
        frames.push(frame)
        if (frames.length > wireChannels.tape.snapshot) frames.shift()
        for (const feed of feeds) made.push({ channel: feed, frame })
      }
    }
    return made
  }

  /** The newest prints of a feed that somebody listens to, oldest first. */
  snapshot(feed: Feed): readonly OutFrame[] {
    return [...(this.#lines.get(feed.channel)?.get(keyOf(feed))?.frames ?? [])]
  }

  #channelsOf(ticker: string): readonly string[] {
    return ['tape', `tape:${ticker}`, ...this.#prefixes.of(ticker).map((prefix) => `tape:${prefix}*`)]
  }

  #newest(channel: string, passes: Line['passes'], recent: readonly Trade[]): OutFrame[] {
    const { ticker, prefix = '' } = parseChannel(channel) ?? {}
    const frames: OutFrame[] = []
    for (
      let index = recent.length - 1;
      index >= 0 && frames.length < wireChannels.tape.snapshot;
      index -= 1
    ) {
      const trade = recent[index]
      if (!trade || (ticker !== undefined && trade.market_ticker !== ticker)) continue
      if (!trade.market_ticker.startsWith(prefix)) continue
      const print = printOf(trade)
      if (passes && !passes(print.facets)) continue
      frames.push(this.#encoder.encodeText({ type: 'trade', channel }, print.text, 'tape'))
    }
    return frames.toReversed()
  }
}

function printOf(trade: Trade) {
  const data = toTradeFrame(trade)
  return { text: JSON.stringify(data), facets: facetsOfTrade(data) }
}

const keyOf = ({ filter }: Feed): string => (filter ? JSON.stringify(filter) : '')
