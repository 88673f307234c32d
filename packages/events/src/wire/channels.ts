/** The channels a browser may subscribe to. `perMarket` ones also exist as `name:TICKER`. */
export const wireChannels = {
  system: { class: 'log', onByDefault: true, snapshot: 20, perMarket: false },
  status: { class: 'latest', onByDefault: true, snapshot: 1, perMarket: false },
  health: { class: 'latest', onByDefault: true, snapshot: 1, perMarket: false },
  whales: { class: 'log', onByDefault: true, snapshot: 50, perMarket: false },
  whale_queue: { class: 'latest', onByDefault: true, snapshot: 1, perMarket: false },
  feed: { class: 'log', onByDefault: false, snapshot: 20, perMarket: false },
  tape: { class: 'tape', onByDefault: false, snapshot: 50, perMarket: true },
} as const

export type WireChannelName = keyof typeof wireChannels

const isChannelName = (name: string): name is WireChannelName => Object.hasOwn(wireChannels, name)

export const defaultChannels: readonly WireChannelName[] = Object.keys(wireChannels)
  .filter(isChannelName)
  .filter((name) => wireChannels[name].onByDefault)

/** A channel as clients name it: a name, or a name and a ticker. Undefined when there is no such channel. */
export function parseChannel(
  text: string,
): { readonly name: WireChannelName; readonly ticker?: string } | undefined {
  const colon = text.indexOf(':')
  const name = colon < 0 ? text : text.slice(0, colon)
  if (!isChannelName(name)) return undefined
  if (colon < 0) return { name }
  const ticker = text.slice(colon + 1)
  return wireChannels[name].perMarket && /^[A-Za-z0-9._-]{1,128}$/.test(ticker) ? { name, ticker } : undefined
}
