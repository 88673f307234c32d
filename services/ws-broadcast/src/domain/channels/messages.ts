import { type ChannelOf, type WireChannelName } from '@whalecast/events'
import type { LatestMessage, LogMessage } from '@whalecast/bus'
import type { OutFrame } from '@whalecast/fanout'

/** Bus channels that go to clients under their own name. */
export type LogName = Extract<WireChannelName, ChannelOf<'log'>>
export const logNames = ['system', 'whales', 'decisions', 'feed'] as const satisfies readonly LogName[]
export const isLogName = (name: string): name is LogName => logNames.some((one) => one === name)

export type LatestName = Extract<WireChannelName, ChannelOf<'latest'>>
export type AnyLog = { [Name in LogName]: LogMessage<Name> }[LogName]
export type AnyLatest = { [Name in LatestName]: LatestMessage<Name> }[LatestName]

/** A frame and the feed whose listeners get it. */
export type Addressed = { readonly channel: string; readonly frame: OutFrame }
