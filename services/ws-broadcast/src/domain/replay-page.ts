import type { Position } from '@whalecast/events'
import type { AnyLog } from './board.ts'
import { isOfTheAccount } from './feeds.ts'
import type { LogForm } from './log-ring.ts'
import { isAfter } from './place-order.ts'
import { encodePlace } from './encode-place.ts'
import type { FrameEncoder, OutFrame } from '@whalecast/fanout'

/** Entries behind a place, as the log was read. */
export type LogRead = {
  readonly messages: readonly AnyLog[]
  readonly proven: boolean
  readonly through: Position
}

/** A part of a log as frames, made once for everybody who missed it. */
export type ReplayPage = {
  /** Everything between the place it was read from and `through` is here. */
  readonly proven: boolean
  readonly through: Position
  /** Whether the log provably came to a place, and there is something behind it, here. */
  continues(place: Position): boolean
  /** The frames of one form after a place inside this part, oldest first. */
  after(place: Position, form: LogForm): readonly OutFrame[]
}

type Placed = { readonly position: Position; readonly frame: OutFrame }

/**
 * Turns a part of a log into what clients got when it was live: what is not shown to them as an entry leaves no
 * hole, because `prev` passes over it.
 */
export function createReplayPage(encoder: FrameEncoder, from: Position, read: LogRead): ReplayPage {
  const { messages, proven, through } = read
  const whole: Placed[] = []
  const open: Placed[] = []
  let wholePrev = from.offset
  let openPrev = from.offset
  let { epoch } = from
  for (const message of messages) {
    const { channel, type, position, data } = message
    if (position.epoch !== epoch) {
      // Only the replica has proved that the log goes on in this epoch: it says so before the first entry.
      epoch = position.epoch
      const place = { epoch, offset: position.offset - 1 }
      const told = { position: place, frame: encodePlace(encoder, message, place) }
      whole.push(told)
      open.push(told)
    }
    // What goes on before a decision is live only.
    if (message.channel === 'decisions' && message.type !== 'decision') continue
    const encode = (prev: number) => encoder.encode({ type, channel, ...position, prev, data }, 'log')
    const frame = encode(wholePrev)
    const samePrev = wholePrev === openPrev
    whole.push({ position, frame })
    wholePrev = position.offset
    if (message.channel === 'system' && isOfTheAccount(message.data.activity_type)) continue
    open.push({ position, frame: samePrev ? frame : encode(openPrev) })
    openPrev = position.offset
  }
  // Offsets of one epoch have no holes, so the last of them proves all before it.
  const last = messages.findLast(({ position }) => position.epoch === from.epoch)?.position ?? from
  return {
    proven,
    through,
    continues: (place) => proven && isAfter(through, place) && !isAfter(place, last) && !isAfter(from, place),
    after: (place, form) =>
      (form === 'whole' ? whole : open)
        .filter(({ position }) => isAfter(position, place))
        .map(({ frame }) => frame),
  }
}
