import type { Filter, Position } from '@whalecast/events'
import type { FrameEncoder, Hub, OutFrame } from '@whalecast/fanout'
import type { Board } from '../channels/board.ts'
import type { Client } from '../conversation/client.ts'
import { feedOf } from '../channels/feeds.ts'
import type { LogName } from '../channels/messages.ts'
import { isAfter } from './place-order.ts'
import type { ReplayPage } from './replay-page.ts'

/** Where live goes on, and whether everything from the client's place up to there was sent. */
export type Resumed = Position & { readonly recovered: boolean }

/** From where a client got what it missed; `gap`: not all of it could be had. */
export type ResumeSource = 'ring' | 'stream' | 'gap'

export type ResumeOptions = {
  readonly hub: Pick<Hub<Client>, 'has' | 'listen' | 'send'>
  readonly board: Pick<Board, 'log' | 'formOf' | 'snapshot' | 'beforeSnapshot'>
  readonly encoder: FrameEncoder
  /** Reads what comes after a place from the stream. */
  readonly read: (channel: LogName, place: Position) => Promise<ReplayPage>
  /** Runs a task once, later. */
  readonly later: (ms: number, task: () => void) => void
  readonly onResumed: (source: ResumeSource) => void
}

/** Where a client stands in a log, and what of it it wants. */
export type From = { readonly place: Position; readonly filter?: Filter | undefined }
/** Where it stands, and on which feed it read up to there. */
type Reading = { readonly place: Position; readonly feed: string; readonly knows: Position }

/** A replica that is behind the stream, or a socket that is behind its frames, is looked at again after so long. */
const lookAgainMs = 20
/** With more than this waiting, a client is not sent the next part: a part is about as much. */
const enoughWaitsBytes = 128 * 1024

/**
 * Takes clients that come back into a log at their place: from the ring of this replica when it provably holds all
 * since then, else from the stream until the ring does, else by a gap and the snapshot. The last frames that are
 * sent again and the registration for live are one turn, so nothing is lost or doubled between them, and other
 * clients' live frames wait for nothing.
 */
export class Resume {
  readonly #options: ResumeOptions
  /** Clients on their way back into logs; a way that was called off is not in it any more. */
  readonly #ways = new Map<Client, Map<LogName, From>>()
  #looking: Promise<void> | undefined

  constructor(options: ResumeOptions) {
    this.#options = options
  }

  /** The logs that a client is on its way into. */
  under(client: Client): readonly LogName[] {
    return [...(this.#ways.get(client)?.keys() ?? [])]
  }

  /** Lets a client go on after its place in this turn; undefined, and nothing happens, when not all since then is here. */
  goOn(client: Client, channel: LogName, from: From): Resumed | undefined {
    const feed = feedFor(client, channel, from)
    const resumed = this.#fromRing(client, channel, { ...from, feed, knows: from.place })
    if (resumed) this.#options.onResumed(resumed.recovered ? 'ring' : 'gap')
    return resumed
  }

  /** As `goOn`, with what the stream still has. Undefined when the client left or gave the channel up meanwhile. */
  async catchUp(client: Client, channel: LogName, from: From): Promise<Resumed | undefined> {
    const way = { ...from }
    const ways = this.#ways.get(client) ?? new Map<LogName, From>()
    this.#ways.set(client, ways.set(channel, way))
    const goes = () => this.#options.hub.has(client) && ways.get(channel) === way
    try {
      return await this.#follow(client, channel, { ...way, goes })
    } finally {
      if (ways.get(channel) === way) this.callOff(client, channel)
    }
  }

  /** The client does not want to come back into a log any more, or may not. */
  callOff(client: Client, channel: LogName): void {
    const ways = this.#ways.get(client)
    ways?.delete(channel)
    if (ways?.size === 0) this.#ways.delete(client)
  }

  async #follow(client: Client, channel: LogName, from: From & { goes: () => boolean }) {
    const { read, board, hub, onResumed } = this.#options
    let { place } = from
    const begun = feedFor(client, channel, from)
    const open = feedOf(channel, { account: false, delta: false, filter: from.filter })
    // A scope that is lost on the way is lost at once.
    const feed = () => (client.has('account') ? begun : open)
    // The newest entry that it was sent; of what did not pass it is told nothing before the end.
    let knows = place
    let whole = true
    for (;;) {
      const page = await read(channel, place).catch(() => undefined)
      if (!from.goes()) return undefined
      if (!page?.proven) {
        onResumed('gap')
        return this.#startAnew(client, channel, { ...from, place })
      }
      const { frames, last = knows } = page.after(place, board.formOf(feed()), knows)
      for (const frame of frames) hub.send(client, frame)
      knows = last
      const moved = isAfter(page.through, place)
      place = page.through
      while (hub.has(client) && client.queuedBytes > enoughWaitsBytes) await this.#lookAgain()
      for (;;) {
        if (!from.goes()) return undefined
        const resumed = this.#fromRing(client, channel, { ...from, place, feed: feed(), knows })
        if (resumed) {
          whole &&= resumed.recovered
          onResumed(whole ? 'stream' : 'gap')
          return { ...resumed, recovered: whole }
        }
        // Ahead of this replica: what the stream has will come here as well, by its reader or by a refill.
        const { head } = board.log(channel)
        if (moved || (head && isAfter(head, place))) break
        await this.#lookAgain()
      }
    }
  }

  #fromRing(client: Client, channel: LogName, from: From & Reading): Resumed | undefined {
    const { hub, board } = this.#options
    const log = board.log(channel)
    if (!log.head || !log.covers(from.place)) return undefined
    const frames: readonly OutFrame[] = log.after(from.place, board.formOf(from.feed), from.knows)
    for (const frame of frames) hub.send(client, frame)
    hub.listen(client, [feedFor(client, channel, from)])
    return { ...log.head, recovered: frames.every(({ type }) => type !== 'gap') }
  }

  /** Says what cannot be sent again and starts the client as a new one. */
  #startAnew(client: Client, channel: LogName, from: From): Resumed {
    const { hub, board, encoder } = this.#options
    const { place } = from
    const feed = feedFor(client, channel, from)
    const head = board.log(channel).head ?? { epoch: 0, offset: 0 }
    // The snapshot may begin in an earlier epoch than the one in which the log goes on.
    const { epoch, offset: to } = board.beforeSnapshot(channel, feed) ?? head
    const sameEpoch = place.epoch === epoch
    const known = sameEpoch && place.offset <= to
    const data = {
      channel,
      epoch,
      from: known ? place.offset + 1 : 1,
      to,
      reason: known ? 'trimmed' : sameEpoch ? 'unknown_place' : 'epoch_changed',
    }
    hub.send(client, encoder.encode({ type: 'gap', channel, data }, 'log'))
    for (const frame of board.snapshot(feed)) hub.send(client, frame)
    hub.listen(client, [feed])
    return { ...head, recovered: false }
  }

  /** One timer for all who wait. */
  #lookAgain(): Promise<void> {
    this.#looking ??= new Promise((resolve) => {
      this.#options.later(lookAgainMs, () => {
        this.#looking = undefined
        resolve()
      })
    })
    return this.#looking
  }
}

/** The feed of a log that a client may hear now. */
const feedFor = (client: Client, channel: LogName, { filter }: From): string =>
  feedOf(channel, { delta: false, account: client.has('account'), filter })
