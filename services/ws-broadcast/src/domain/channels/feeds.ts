import {
  filterSchema,
  parseChannel,
  wireChannels,
  type ActivityType,
  type Filter,
  type WireChannelName,
} from '@whalecast/events'

/**
 * A channel has one feed for most clients. Whoever hears it in another form listens to a feed of its own, which all
 * who want the same form share: without what is the account's, as changes, slowed down, or filtered.
 */
export type Form = {
  readonly account: boolean
  readonly delta: boolean
  /** As a `normaliseFilter` made it. */
  readonly filter?: Filter | undefined
  readonly maxHz?: number | undefined
}

/** A feed, read from its name. */
export type Feed = {
  readonly name: string
  readonly channel: string
  /** The channel without its market. */
  readonly kind: WireChannelName
  /** Without what is the account's. */
  readonly open: boolean
  readonly delta: boolean
  readonly filter: Filter | undefined
  readonly maxHz: number | undefined
}

const hasChanges: ReadonlySet<WireChannelName> = new Set(['trading_state', 'book'])

/** Nobody is sent more than asked for, and so few rates make so few forms of one channel. */
const rates = [0.1, 0.2, 0.3, 0.5, 1, 2, 3, 4, 5, 8, 10, 15, 20, 30, 40, 50] as const

/** The feed on which a client hears a channel. */
export function feedOf(channel: string, form: Form): string {
  const kind = parseChannel(channel)?.name
  if (kind === undefined) return channel
  const { maxHz } = form
  const rate = maxHz === undefined || isLog(kind) ? undefined : rates.findLast((one) => one <= maxHz)
  return [
    channel,
    ...(kind === 'system' && !form.account ? ['public'] : []),
    ...(form.delta && hasChanges.has(kind) ? ['delta'] : []),
    ...(rate === undefined ? [] : [`${rate}hz`]),
    ...(form.filter ? [JSON.stringify(form.filter)] : []),
  ].join('+')
}

/** Reads the name of a feed; undefined when it is none. */
export function readFeed(name: string): Feed | undefined {
  const channel = channelOf(name)
  const kind = parseChannel(channel)?.name
  if (kind === undefined) return undefined
  // No mark before the filter holds a brace.
  const brace = name.indexOf('+{')
  const marks = name.slice(channel.length, brace < 0 ? undefined : brace).split('+')
  const rate = marks.find((mark) => mark.endsWith('hz'))
  return {
    name,
    channel,
    kind,
    open: marks.includes('public'),
    delta: marks.includes('delta'),
    maxHz: rate === undefined ? undefined : Number(rate.slice(0, -2)),
    filter: brace < 0 ? undefined : filterSchema.parse(JSON.parse(name.slice(brace + 1))),
  }
}

/** The channel that clients know a feed by. */
export const channelOf = (feed: string): string => feed.split('+', 1)[0] ?? feed

/** A log is never slowed down. */
const isLog = (name: WireChannelName): boolean => wireChannels[name].class === 'log'

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
