import type { Scope } from './scopes.ts'

type WireChannel = {
  readonly class: 'log' | 'latest' | 'tape'
  /** On without asking, for whoever has the scope. */
  readonly onByDefault: boolean
  /** How many frames a new listener is shown first. */
  readonly snapshot: number
  /** Whether `name:TICKER` exists besides `name`, or instead of it. */
  readonly perMarket: 'no' | 'also' | 'only'
  readonly scope: Scope
}

/** The channels a client may subscribe to. */
export const wireChannels = {
  system: { class: 'log', onByDefault: true, snapshot: 20, perMarket: 'no', scope: 'market' },
  status: { class: 'latest', onByDefault: true, snapshot: 1, perMarket: 'no', scope: 'market' },
  health: { class: 'latest', onByDefault: true, snapshot: 1, perMarket: 'no', scope: 'market' },
  whales: { class: 'log', onByDefault: true, snapshot: 50, perMarket: 'no', scope: 'market' },
  decisions: { class: 'log', onByDefault: true, snapshot: 100, perMarket: 'no', scope: 'account' },
  whale_queue: { class: 'latest', onByDefault: true, snapshot: 1, perMarket: 'no', scope: 'market' },
  feed: { class: 'log', onByDefault: false, snapshot: 20, perMarket: 'no', scope: 'market' },
  follow: { class: 'latest', onByDefault: false, snapshot: 1, perMarket: 'no', scope: 'account' },
  trading_state: { class: 'latest', onByDefault: false, snapshot: 1, perMarket: 'no', scope: 'account' },
  tape: { class: 'tape', onByDefault: false, snapshot: 50, perMarket: 'also', scope: 'market' },
  book: { class: 'latest', onByDefault: false, snapshot: 1, perMarket: 'only', scope: 'market' },
  ticker: { class: 'latest', onByDefault: false, snapshot: 1, perMarket: 'only', scope: 'market' },
} as const satisfies Readonly<Record<string, WireChannel>>

export type WireChannelName = keyof typeof wireChannels

const isChannelName = (name: string): name is WireChannelName => Object.hasOwn(wireChannels, name)

export const defaultChannels: readonly WireChannelName[] = Object.keys(wireChannels)
  .filter(isChannelName)
  .filter((name) => wireChannels[name].onByDefault)

export const tickerPattern = /^[A-Za-z0-9._-]{1,128}$/

/** Whether a text can be a market's ticker in a channel's name or a path. */
export const isTicker = (text: string): boolean => tickerPattern.test(text)

/** A wildcard names what a ticker begins with; shorter ones would be half the exchange. */
export const wildcardPattern = /^[A-Za-z0-9._-]{3,64}\*$/

/** A name alone, with a market's ticker, or with what tickers begin with. */
export type ParsedChannel = {
  readonly name: WireChannelName
  readonly ticker?: string
  readonly prefix?: string
}

/**
 * A channel as clients name it: `whales`, `book:TICKER`, or, of the tape, `tape:PREFIX*`. Undefined when there is no
 * such channel.
 */
export function parseChannel(text: string): ParsedChannel | undefined {
  const colon = text.indexOf(':')
  const name = colon < 0 ? text : text.slice(0, colon)
  if (!isChannelName(name)) return undefined
  const { perMarket } = wireChannels[name]
  if (colon < 0) return perMarket === 'only' ? undefined : { name }
  if (perMarket === 'no') return undefined
  const market = text.slice(colon + 1)
  if (isTicker(market)) return { name, ticker: market }
  const isWildcard = wireChannels[name].class === 'tape' && wildcardPattern.test(market)
  return isWildcard ? { name, prefix: market.slice(0, -1) } : undefined
}
