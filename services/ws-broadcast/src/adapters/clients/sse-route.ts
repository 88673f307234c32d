import { randomUUID } from 'node:crypto'
import type { RouteSpec } from '@whalecast/events/spec'
import type { Hub } from '@whalecast/fanout'
import type { Request, Response } from 'express'
import { z } from 'zod'
import type { Client } from '../../domain/conversation/client.ts'
import { Listener } from '../../domain/conversation/listener.ts'
import { isLogName } from '../../domain/channels/messages.ts'
import type { Protocol } from '../../domain/conversation/protocol.ts'
import { QueryError } from '../../domain/query.ts'
import { StreamPlaces } from '../../domain/continuity/stream-places.ts'
import type { Door } from '../admission/door.ts'
import { eventStream } from './event-stream.ts'
import { fail, tellRefusal } from '../http/http-failure.ts'
import type { Instruments } from '../instruments.ts'
import { mayHear, readStreamQuery, streamParameters } from './stream-query.ts'

export type SseOptions = {
  readonly door: Door
  readonly hub: Hub<Client>
  readonly protocol: Protocol
  readonly instruments: Instruments
  readonly limitBytes: number
  readonly now: () => number
  /** Brings what is shown first up to date. */
  readonly refresh: () => void
}

/** What `GET /sse` promises. */
export const sseSpec: RouteSpec = {
  method: 'get',
  path: '/sse',
  id: 'events',
  summary: 'The channels of the socket as an event stream: the data of each event is a frame of it.',
  query: streamParameters,
  headers: {
    'Last-Event-ID': z.string().describe('the last id that was received: what came after it is sent first'),
  },
  answer: z.string(),
  contentType: 'text/event-stream',
  failures: {
    400: { codes: ['token_in_address'], when: 'a token stands in the address' },
    429: {
      codes: ['address', 'address_rate', 'holder'],
      when: 'this address, or the owner of this token, has too many',
    },
    503: {
      codes: ['capacity', 'accept_rate', 'stopping'],
      when: 'there is no place just now; `Retry-After` says when',
    },
  },
}
/** A crowd that lost its server comes back spread over so long. */
const retry = { leastMs: 1_000, spreadMs: 2_000 }

/** `GET /sse`: the channels of the socket as an event stream, for whoever only wants to listen. */
export function createSseRoute(options: SseOptions) {
  return async (request: Request, response: Response): Promise<void> => {
    if (request.method !== 'GET') {
      response.set('Allow', 'GET')
      return fail(response, 405, 'method', 'an event stream is only to be had with GET')
    }
    const admitted = await options.door.admit(request)
    if ('reason' in admitted) return tellRefusal(response, admitted)
    try {
      const asked = readStreamQuery(request, admitted.caller)
      const closed = asked.channels.find((channel) => !mayHear(admitted.caller, channel))
      if (closed === undefined) return open(options, { ...admitted, ...asked, response })
      options.instruments.refused('token')
      const known = admitted.caller.holder !== undefined
      response.set('WWW-Authenticate', 'Bearer')
      fail(response, known ? 403 : 401, known ? 'forbidden' : 'unauthorized', `${closed} needs another scope`)
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      fail(response, 400, 'bad_request', error.message)
    }
    admitted.seat.leave()
  }
}

type Opening = ReturnType<typeof readStreamQuery> &
  Exclude<Awaited<ReturnType<Door['admit']>>, { reason: unknown }> & { response: Response }

function open(options: SseOptions, opening: Opening): void {
  const { hub, protocol, instruments, limitBytes, now, refresh } = options
  const { response, caller, peer, seat, ...asked } = opening
  const { channels, resume } = asked
  if (response.destroyed) return
  refresh()
  const id = randomUUID()
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    // No proxy on the way may gather, keep or change it.
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
    Connection: 'close',
  })
  const retryMs = retry.leastMs + (Number.parseInt(id.slice(0, 4), 16) % retry.spreadMs)
  response.write(`retry: ${retryMs}\n\n`)
  const client = new Listener({
    id,
    address: peer.address,
    caller,
    seat,
    socket: eventStream(response, {
      places: new StreamPlaces(channels.filter(isLogName), resume),
      retryMs,
      now,
    }),
    limitBytes,
    now,
    losses: { conflated: () => instruments.conflated('client'), shed: instruments.shed },
    onSent: instruments.delivered,
  })
  response.on('close', () => hub.gone(client, 1005))
  response.on('error', () => undefined)
  protocol.greet(client, { defaults: false, protocol: 'sse' })
  protocol.subscribe(client, { type: 'subscribe', ...asked })
}
