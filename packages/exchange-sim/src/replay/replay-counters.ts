/** Accounts for every step of the recording that was played, over all clients together. */
export type ReplayStats = {
  /** Data frames in the file. */
  readonly recorded: number
  /** Data frames sent, by type. */
  readonly sent: Readonly<Record<string, number>>
  /** Data frames played past a client that had not asked for their channel or market. */
  readonly unsubscribed: number
  /** Lines that are the recorder's own: its notes, and replies to its commands. */
  readonly recorderLines: number
  readonly malformed: number
  /** Connections cut where the recorder's was. */
  readonly cuts: number
  /** Clients that follow the recording now, and those that have reached its end. */
  readonly playing: number
  readonly finished: number
}

/** The counters behind ReplayStats. */
export class ReplayCounters {
  readonly sent = new Map<string, number>()
  unsubscribed = 0
  recorderLines = 0
  malformed = 0
  cuts = 0
  finished = 0

  countSent(type: string): void {
    this.sent.set(type, (this.sent.get(type) ?? 0) + 1)
  }
}
