import type { Bus } from '@whalecast/bus'
import type { Position } from '@whalecast/events'
import type { FrameEncoder } from '@whalecast/fanout'
import type { LogName } from '../../domain/channels/messages.ts'
import { createReplayPage, type LogRead, type ReplayPage } from '../../domain/continuity/replay-page.ts'

export type LogReplaysOptions = {
  readonly bus: Pick<Bus, 'replay'>
  readonly encoder: FrameEncoder
  readonly now: () => number
  readonly onRead: () => void
}

/** Entries of one part: a few milliseconds of work, and about 150 KB for each client that missed all of it. */
const pageSize = 256
/** However many clients come back, the stream is asked for so many parts at a time. */
const readsAtOnce = 4
/** A whole part does not change any more; it is kept for those who come a moment later, … */
const keptForMs = 5_000
/** … but no more than these: some megabytes. */
const partsKept = 16

/**
 * Parts of the logs that this replica does not hold any more, from the stream. Parts begin at round offsets, so clients
 * that stood at different places close together share them: thousands that come back at once cause few reads.
 */
export class LogReplays {
  readonly #options: LogReplaysOptions
  readonly #reading = new Map<string, Promise<ReplayPage>>()
  readonly #kept = new Map<string, { readonly page: ReplayPage; readonly untilMs: number }>()
  readonly #waiting: (() => void)[] = []
  #atOnce = 0

  constructor(options: LogReplaysOptions) {
    this.#options = options
  }

  /** A part that holds what comes after a place. Waits while the bus is away; rejects when it was closed. */
  async read(channel: LogName, place: Position): Promise<ReplayPage> {
    const offset = place.offset - (place.offset % pageSize)
    const round = await this.#page(channel, { epoch: place.epoch, offset })
    if (round.continues(place)) return round
    return offset === place.offset ? round : this.#page(channel, place)
  }

  /** Forgets what nobody will ask for again. */
  check(nowMs: number): void {
    for (const [key, { untilMs }] of this.#kept) if (untilMs <= nowMs) this.#kept.delete(key)
  }

  async #page(channel: LogName, from: Position): Promise<ReplayPage> {
    const key = `${channel} ${from.epoch}-${from.offset}`
    const kept = this.#kept.get(key)
    if (kept) return kept.page
    const reading = this.#reading.get(key) ?? this.#inTurn(channel, from)
    this.#reading.set(key, reading)
    try {
      const page = await reading
      if (page.proven && page.through.offset - from.offset >= pageSize) this.#keep(key, page)
      return page
    } finally {
      if (this.#reading.get(key) === reading) this.#reading.delete(key)
    }
  }

  #keep(key: string, page: ReplayPage): void {
    this.#kept.set(key, { page, untilMs: this.#options.now() + keptForMs })
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > partsKept && oldest !== undefined) this.#kept.delete(oldest)
  }

  async #inTurn(channel: LogName, from: Position): Promise<ReplayPage> {
    if (this.#atOnce >= readsAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#atOnce += 1
    try {
      this.#options.onRead()
      const read: LogRead = await this.#options.bus.replay(channel, from, pageSize)
      return createReplayPage(this.#options.encoder, from, read)
    } finally {
      // A turn that is over goes to who waits longest.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#atOnce -= 1
    }
  }
}
