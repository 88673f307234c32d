import type { Batch } from './batch.ts'
import { MessageBudget } from './message-budget.ts'
import { Outbox, type OutboxLosses } from './outbox.ts'
import type { OutFrame } from './out-frame.ts'

/** The connection under a client. */
export type ClientSocket = {
  /** Bytes written that the kernel has not taken yet. */
  readonly buffered: number
  /** `done` is called once the kernel has taken the frames, or with the error that ended the connection. */
  write(batch: Batch, done: (error?: Error | null) => void): void
  close(code: number, reason: string): void
}

export type ClientOptions = {
  readonly id: string
  readonly socket: ClientSocket
  readonly limitBytes: number
  readonly losses: OutboxLosses
  readonly now: () => number
  readonly onSent: (frames: number, bytes: number) => void
  readonly onFailed: (client: Client) => void
}

/** Bytes the socket may hold before frames wait in the outbox, where they can still be conflated or shed. */
const writeAheadBytes = 64 * 1024
/** Two rounds of silence are an accident, three are an end. */
const pongsMissedLimit = 2

/** One browser or bot: what waits for it, how it answers pings, how well it drains. */
export class Client {
  readonly id: string
  readonly budget: MessageBudget
  /** Round trip of the last answered ping. */
  rttMs: number | undefined
  /** Whether the hub has it on the list of this turn. */
  dirty = false
  readonly #options: ClientOptions
  readonly #outbox: Outbox
  #unanswered = 0
  #pingedAtMs = 0
  #progressAtMs: number

  constructor(options: ClientOptions) {
    this.id = options.id
    this.#options = options
    this.#outbox = new Outbox(options)
    this.#progressAtMs = options.now()
    this.budget = new MessageBudget(options.now())
  }

  /** Bytes that wait for this client in this process. */
  get queuedBytes(): number {
    return this.#outbox.bytes + this.#options.socket.buffered
  }

  /** For how long the connection has taken nothing although something waits. */
  stalledMs(nowMs: number): number {
    const waits = this.#options.socket.buffered > 0 || this.#outbox.backedUp
    return waits ? nowMs - this.#progressAtMs : 0
  }

  /** False: more waits than may wait, the client has to be closed. */
  push(frame: OutFrame, empty: Batch): boolean {
    return this.#outbox.push(frame, empty)
  }

  /** Writes what the turn brought, or keeps it while the socket is full. False as in `push`. */
  flush(): boolean {
    if (this.#options.socket.buffered > writeAheadBytes) return this.#outbox.holdTurn()
    this.#write(this.#outbox.takeTurn())
    return true
  }

  shedTape(): void {
    this.#outbox.shedTape('stalled')
  }

  /** A ping is due: send it, or give the client up. */
  ping(nowMs: number): 'send' | 'give_up' {
    if (this.#unanswered >= pongsMissedLimit) return 'give_up'
    this.#unanswered += 1
    this.#pingedAtMs = nowMs
    return 'send'
  }

  /** An answer to a ping; the round trip when it answers the last one. */
  pong(timestampMs: number | undefined, nowMs: number): number | undefined {
    const answersLast =
      this.#unanswered > 0 && (timestampMs === undefined || timestampMs === this.#pingedAtMs)
    this.#unanswered = 0
    if (!answersLast) return undefined
    this.rttMs = nowMs - this.#pingedAtMs
    return this.rttMs
  }

  /** Writes what can still be written, then ends the connection. */
  close(code: number, reason: string): void {
    this.flush()
    this.#options.socket.close(code, reason)
  }

  #write(batch: Batch | undefined): void {
    if (!batch) return
    const { socket, now, onSent } = this.#options
    if (socket.buffered === 0) this.#progressAtMs = now()
    socket.write(batch, this.#onWritten)
    onSent(batch.count, batch.bytes)
  }

  readonly #onWritten = (error?: Error | null): void => {
    if (error) return this.#options.onFailed(this)
    this.#progressAtMs = this.#options.now()
    if (this.#outbox.backedUp && this.#options.socket.buffered <= writeAheadBytes)
      this.#write(this.#outbox.takeBacklog(writeAheadBytes))
  }
}
