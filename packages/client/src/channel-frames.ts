import type { Envelope, WireChannelName } from '@whalecast/events/wire'
import type { ServerFrame } from './server-frame.ts'

/** What a reader of each channel gets. Changes of the trading state are put together before. */
type TypesOf = {
  readonly system: 'history_replay' | 'system_activity'
  readonly status: 'trader_status'
  readonly health: 'health'
  readonly whales: 'whale'
  readonly decisions: 'whale_processing' | 'decision'
  readonly whale_queue: 'whale_queue'
  readonly feed: 'feed_gap' | 'feed_state'
  readonly follow: 'follow'
  readonly trading_state: 'trading_state'
  readonly tape: 'trade'
  readonly book: 'book'
  readonly ticker: 'ticker'
}

/**
 * A channel as it is asked for: `whales`, `tape`, `tape:TICKER`, `book:TICKER`, …; `tape:PREFIX*` is the tape of all
 * markets whose ticker begins so.
 */
export type ChannelName =
  | Exclude<WireChannelName, 'book' | 'ticker'>
  | `${'tape' | 'book' | 'ticker'}:${string}`

type BaseOf<Name extends ChannelName> = Name extends `${infer Base}:${string}` ? Base : Name
type TypeOn<Name extends ChannelName> = BaseOf<Name> extends keyof TypesOf ? TypesOf[BaseOf<Name>] : never

/** The frames that a reader of a channel gets. */
export type ChannelFrame<Name extends ChannelName> = ServerFrame<TypeOn<Name>>

const typesOf: { readonly [Name in WireChannelName]: readonly TypesOf[Name][] } = {
  system: ['history_replay', 'system_activity'],
  status: ['trader_status'],
  health: ['health'],
  whales: ['whale'],
  decisions: ['whale_processing', 'decision'],
  whale_queue: ['whale_queue'],
  feed: ['feed_gap', 'feed_state'],
  follow: ['follow'],
  trading_state: ['trading_state'],
  tape: ['trade'],
  book: ['book'],
  ticker: ['ticker'],
}

/** Makes the question whether a frame that came on a channel is one that its readers get. */
export function isFrameOf<Name extends ChannelName>(
  channel: Name,
): (frame: Envelope) => frame is ChannelFrame<Name> {
  const base = channel.split(':', 1)[0] ?? channel
  const types: ReadonlySet<string> = new Set(isBase(base) ? typesOf[base] : [])
  return (frame): frame is ChannelFrame<Name> => types.has(frame.type)
}

const isBase = (name: string): name is WireChannelName => Object.hasOwn(typesOf, name)
