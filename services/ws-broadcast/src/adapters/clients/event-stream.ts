import type { ServerResponse } from 'node:http'
import type { Batch, ClientSocket, OutFrame } from '@whalecast/fanout'
import { markOf, type Mark, type StreamPlaces } from '../../domain/continuity/stream-places.ts'

/** How long a client may take to read the rest before its connection is cut. */
const closeTimeoutMs = 2_000

const marks = new WeakMap<Batch, readonly Mark[]>()

export type EventStreamOptions = {
  readonly places: StreamPlaces
  /** How long a browser waits before it comes back. */
  readonly retryMs: number
  readonly now: () => number
}

/**
 * A response as the connection of a client: each message is one event, its data the same JSON as on a socket. The text
 * of a batch is made once for everybody; only the `id` behind it, the client's place in its logs, is its own. It comes
 * last, so a stream that breaks off never claims what was not sent.
 */
export function eventStream(response: ServerResponse, options: EventStreamOptions): ClientSocket {
  const { places, retryMs, now } = options
  let told = ''
  let dueAtMs = 0
  return {
    get buffered() {
      return response.writableLength
    },
    write(batch, done) {
      const text = batch.as('events', textOf)
      const said = marksOf(batch)
      places.take(said)
      for (const mark of said) if (mark.says === 'leaves') dueAtMs = now() + mark.inMs
      const { id } = places
      if (id === told) {
        response.write(text, done)
        return text.length
      }
      told = id
      const place = `id: ${id}\n\n`
      response.cork()
      response.write(text)
      response.write(place, done)
      response.uncork()
      return text.length + place.length
    },
    close(code, reason) {
      // Who was given a moment to come back, and is sent away before it, keeps that moment.
      const leftMs = Math.max(retryMs, Math.ceil(dueAtMs - now()))
      response.end(`retry: ${leftMs}\n: closed, ${code} ${reason}\n\n`)
      const cut = setTimeout(() => response.destroy(), closeTimeoutMs)
      response.once('close', () => clearTimeout(cut))
    },
    destroy: () => void response.destroy(),
  }
}

function marksOf(batch: Batch): readonly Mark[] {
  const known = marks.get(batch)
  if (known) return known
  const made = batch.frames.flatMap((frame) => markOf(frame) ?? [])
  marks.set(batch, made)
  return made
}

const dataBefore = Buffer.from('data: ')
const after = Buffer.from('\n\n')
const heartbeat = Buffer.from(': ping\n\n')

function textOf({ frames }: Batch): Buffer {
  return Buffer.concat(frames.flatMap(partsOf))
}

/** A ping is a comment, which no page notices. */
function partsOf({ type, bytes, headerBytes }: OutFrame): readonly Buffer[] {
  return type === 'ping' ? [heartbeat] : [dataBefore, bytes.subarray(headerBytes), after]
}
