/** What a channel of the socket protocol can do. */
export type ChannelRules = {
  readonly sequenced: boolean
  readonly markets: 'required' | 'optional' | 'ignored'
  readonly snapshots: boolean
}

/** The channels this exchange serves. */
export const channels = {
  orderbook_delta: { sequenced: true, markets: 'required', snapshots: true },
  ticker: { sequenced: false, markets: 'optional', snapshots: false },
  trade: { sequenced: true, markets: 'optional', snapshots: false },
  market_lifecycle_v2: { sequenced: true, markets: 'ignored', snapshots: false },
  // Combinations of markets are not listed here, so this one is always silent.
  multivariate_market_lifecycle: { sequenced: true, markets: 'ignored', snapshots: false },
  fill: { sequenced: false, markets: 'optional', snapshots: false },
  market_positions: { sequenced: false, markets: 'optional', snapshots: false },
  user_orders: { sequenced: false, markets: 'optional', snapshots: false },
  order_group_updates: { sequenced: true, markets: 'ignored', snapshots: false },
} as const satisfies Record<string, ChannelRules>

export type ChannelName = keyof typeof channels

/** Channels that tell about an account, and only to keys that may read it. */
const accountChannels: ReadonlySet<ChannelName> = new Set([
  'fill',
  'market_positions',
  'user_orders',
  'order_group_updates',
])

/** Channels of the protocol that need an entitlement, which no key has here. */
const entitled = new Set(['communications', 'cfbenchmarks_value', 'cfbenchmarks_value_5hz', 'pyth_value'])

export function isChannel(name: string): name is ChannelName {
  return Object.hasOwn(channels, name)
}

export function isAccountChannel(name: ChannelName): boolean {
  return accountChannels.has(name)
}

export function needsEntitlement(name: string): boolean {
  return entitled.has(name)
}
