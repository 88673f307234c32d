import { parseChannelEvent, type ChannelOf } from '@whalecast/events'
import type { LatestEntry, LogEntry, TapeBatch } from './broker.ts'
import type { LatestMessage, LogMessage } from './bus.ts'

/** The entry as its subscriber gets it; undefined when it does not fit its schema. */
export function decodeLog<Name extends ChannelOf<'log'>>(
  channel: Name,
  { type, id, ts, position, data }: LogEntry,
): LogMessage<Name> | undefined {
  const event = parseChannelEvent(channel, { type, data })
  return event && { ...event, channel, id, ts, position }
}

/** The value as its subscriber gets it; undefined when it does not fit its schema. */
export function decodeLatest<Name extends ChannelOf<'latest'>>(
  channel: Name,
  { type, data, key, ts, epoch, term, version }: LatestEntry,
): LatestMessage<Name> | undefined {
  const event = parseChannelEvent(channel, { type, data })
  return event && { ...event, channel, key, ts, epoch, term, version }
}

/** The items of a batch that fit their schema. */
export function decodeItems(channel: ChannelOf<'tape'>, { type, items }: TapeBatch): readonly unknown[] {
  return items.flatMap((data) => parseChannelEvent(channel, { type, data })?.data ?? [])
}
