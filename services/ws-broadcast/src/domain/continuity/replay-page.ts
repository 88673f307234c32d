import type { Position } from '@whalecast/events'
import type { FrameEncoder, OutFrame } from '@whalecast/fanout'
import { encodePlace } from './encode-place.ts'
import { entryOf, LogEntry } from '../channels/log-entry.ts'
import type { LogForm } from '../channels/log-form.ts'
import type { AnyLog } from '../channels/messages.ts'
import { isAfter } from './place-order.ts'

/** Entries behind a place, as the log was read. */
export type LogRead = {
  readonly messages: readonly AnyLog[]
  readonly proven: boolean
  readonly through: Position
}

/** Frames of a part, oldest first, and the place of the last. */
export type PagePart = { readonly frames: readonly OutFrame[]; readonly last: Position | undefined }

/** A part of a log as frames, made once for everybody who missed it. */
export type ReplayPage = {
  /** Everything between the place it was read from and `through` is here. */
  readonly proven: boolean
  readonly through: Position
  /** Whether the log provably came to a place, and there is something behind it, here. */
  continues(place: Position): boolean
  /** What of one form comes after a place inside this part; the first frame follows what the client `knows` of. */
  after(place: Position, form: LogForm, knows?: Position): PagePart
}

/**
 * Turns a part of a log into what clients got when it was live: what is not of their form leaves no hole, because
 * `prev` passes over it.
 */
export function createReplayPage(encoder: FrameEncoder, from: Position, read: LogRead): ReplayPage {
  const { messages, proven, through } = read
  const entries: LogEntry<unknown>[] = []
  let { epoch } = from
  for (const message of messages) {
    const { position } = message
    if (position.epoch !== epoch) {
      // Only the replica has proved that the log goes on in this epoch: it says so before the first entry.
      epoch = position.epoch
      const place = { epoch, offset: position.offset - 1 }
      entries.push(LogEntry.mark(place, encodePlace(encoder, message, place)))
    }
    // What goes on before a decision is live only.
    if (message.type !== 'whale_processing') entries.push(entryOf<unknown>(encoder, message, message.data))
  }
  // Offsets of one epoch have no holes, so the last of them proves all before it.
  const end = messages.findLast(({ position }) => position.epoch === from.epoch)?.position ?? from
  return {
    proven,
    through,
    continues: (place) => proven && isAfter(through, place) && !isAfter(place, end) && !isAfter(from, place),
    after(place, form, knows = place) {
      const frames: OutFrame[] = []
      let last: Position | undefined
      let prev = from.offset
      for (const entry of entries) {
        if (!entry.isOf(form)) continue
        if (isAfter(entry.position, place)) {
          // Nobody has told it of the place where this part begins.
          frames.push(entry.frameAfter(last ? prev : Math.min(prev, knows.offset)))
          last = entry.position
        }
        if (!entry.isMark) prev = entry.position.offset
      }
      return { frames, last }
    },
  }
}
