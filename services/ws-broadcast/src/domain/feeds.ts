import type { ActivityType } from '@whalecast/events'

/**
 * A channel has one feed for most clients. Two have another form, whose listeners are kept apart under a name of
 * their own: changes of the trading state, and the system's activities without those of the account.
 */
export const deltaFeed = 'trading_state+delta'
export const publicFeed = 'system+public'

/** What makes a client hear one form or the other. */
export type Form = { readonly delta: boolean; readonly account: boolean }

/** The feed on which a client hears a channel. */
export function feedOf(channel: string, { delta, account }: Form): string {
  if (channel === 'trading_state' && delta) return deltaFeed
  return channel === 'system' && !account ? publicFeed : channel
}

/** Every feed of a channel. */
export const feedsOf = (channel: string): readonly string[] => {
  if (channel === 'trading_state') return [channel, deltaFeed]
  return channel === 'system' ? [channel, publicFeed] : [channel]
}

/** The channel that clients know a feed by. */
export const channelOf = (feed: string): string => feed.split('+', 1)[0] ?? feed

const ofTheAccount: ReadonlySet<ActivityType> = new Set([
  'sync',
  'order_fill',
  'settlement',
  'whale_follow',
  'trading_error',
  'order_group',
  'cleanup',
])

/** Whether an activity tells what is the account's: orders, balances, fills. */
export const isOfTheAccount = (type: ActivityType): boolean => ofTheAccount.has(type)
