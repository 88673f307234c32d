import type { Position } from '@whalecast/events'
import type { FrameEncoder, Hub } from '@whalecast/fanout'
import type { Board, LogName } from './board.ts'
import type { Client } from './client.ts'
import { feedOf } from './feeds.ts'
import type { LogForm } from './log-ring.ts'

/** Where live goes on, and whether everything from the client's place up to there was sent. */
export type Resumed = Position & { readonly recovered: boolean }

export type ResumeOptions = {
  readonly hub: Pick<Hub<Client>, 'listen' | 'send'>
  readonly board: Board
  readonly encoder: FrameEncoder
}

/** Takes clients that come back into a log at their place. What is sent again and live meet in one turn. */
export class Resume {
  readonly #options: ResumeOptions

  constructor(options: ResumeOptions) {
    this.#options = options
  }

  /** Lets a client go on after its place; undefined, and nothing happens, when not all since then is here. */
  goOn(client: Client, channel: LogName, place: Position): Resumed | undefined {
    const { hub, board } = this.#options
    const log = board.log(channel)
    if (!log.head || !log.covers(place)) return undefined
    const frames = log.after(place, formOf(client))
    for (const frame of frames) hub.send(client, frame)
    this.#listen(client, channel)
    return { ...log.head, recovered: frames.every(({ type }) => type !== 'gap') }
  }

  /** Says what cannot be sent again and starts the client as a new one. */
  startAnew(client: Client, channel: LogName, place: Position): Resumed {
    const { hub, board, encoder } = this.#options
    const head = board.log(channel).head ?? { epoch: 0, offset: 0 }
    const { offset: to } = board.beforeSnapshot(channel) ?? head
    const sameEpoch = place.epoch === head.epoch
    const data = {
      channel,
      epoch: head.epoch,
      from: sameEpoch && place.offset <= to ? place.offset + 1 : 1,
      to,
      reason: !sameEpoch ? 'epoch_changed' : place.offset <= to ? 'trimmed' : 'unknown_place',
    }
    hub.send(client, encoder.encode({ type: 'gap', channel, data }, 'log'))
    for (const frame of board.snapshot(channel)) hub.send(client, frame)
    this.#listen(client, channel)
    return { ...head, recovered: false }
  }

  #listen(client: Client, channel: LogName): void {
    this.#options.hub.listen(client, [feedOf(channel, { delta: false, account: client.has('account') })])
  }
}

const formOf = (client: Client): LogForm => (client.has('account') ? 'whole' : 'public')
