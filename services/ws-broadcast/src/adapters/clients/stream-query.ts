import { defaultChannels, filterSchema, parseChannel, wireChannels, type Filter } from '@whalecast/events'
import type { Request } from 'express'
import { z } from 'zod'
import type { Caller } from '../../domain/access/access.ts'
import { normaliseFilter } from '../../domain/channels/filters.ts'
import { isLogName } from '../../domain/channels/messages.ts'
import { QueryError, readQuery } from '../../domain/query.ts'
import { parsePlaces } from '../../domain/continuity/stream-places.ts'

/** What `GET /sse` may be asked. */
export const streamParameters = {
  channels: z.string().min(1).max(8_192).describe('channels, separated by commas'),
  delta: z.boolean().describe('true or false'),
  filter: z.string().max(4_096).describe('the filter of `subscribe`, as JSON'),
  max_hz: z.number().min(0.1).max(50).describe('a number from 0.1 to 50'),
  resume: z.string().describe('the last id that was received'),
}

const channelsLimit = 256

/** What an event stream is asked for. Throws a QueryError that says what of it cannot be. */
export function readStreamQuery(request: Pick<Request, 'query' | 'get'>, caller: Caller) {
  const query = readQuery(request.query, streamParameters)
  const channels = query.channels
    ? [...new Set(query.channels.split(','))]
    : defaultChannels.filter((channel) => mayHear(caller, channel))
  if (channels.length > channelsLimit) throw new QueryError(`channels: at most ${channelsLimit}`)
  const filter = query.filter === undefined ? undefined : readFilter(query.filter)
  for (const channel of channels) checkChannel(channel, filter)
  const last = request.get('last-event-id') ?? query.resume ?? ''
  const places = last === '' ? {} : parsePlaces(last)
  if (!places) throw new QueryError('Last-Event-ID, resume: this is no id of an event stream of ours')
  const held = Object.entries(places).filter(([channel]) => isLogName(channel) && channels.includes(channel))
  return {
    channels,
    delta: query.delta ?? false,
    resume: Object.fromEntries(held),
    ...(filter && { filter }),
    ...(query.max_hz !== undefined && { max_hz: query.max_hz }),
  }
}

/** Whether a caller's scopes cover a channel. */
export function mayHear({ scopes }: Caller, channel: string): boolean {
  const name = parseChannel(channel)?.name
  return name === undefined || scopes.includes(wireChannels[name].scope)
}

function checkChannel(channel: string, filter: Filter | undefined): void {
  const name = parseChannel(channel)?.name
  if (name === undefined) throw new QueryError(`channels: there is no channel ${JSON.stringify(channel)}`)
  const normal = normaliseFilter(name, filter ?? {})
  if (!normal.ok) throw new QueryError(`filter: ${normal.message}`)
}

function readFilter(text: string): Filter {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new QueryError('filter: this is no JSON')
  }
  const parsed = filterSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = ['filter', ...(issue?.path ?? [])].join('.')
  throw new QueryError(`${where}: ${issue?.message ?? 'invalid'}`)
}
