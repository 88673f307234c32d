import { Backlog, type ShedReason } from './backlog.ts'
import { Batch } from './batch.ts'
import type { CohortTurn, Member } from './cohorts.ts'
import type { OutFrame } from './frame.ts'

/** The connection under a client. */
export type ClientSocket = {
  /** Bytes written that the kernel has not taken yet. */
  readonly buffered: number
  /**
   * Answers with the bytes that go out. `done` is called once the kernel has taken them, or with the error that ended
   * the connection.
   */
  write(batch: Batch, done: (error?: Error | null) => void): number
  close(code: number, reason: string): void
  /** Ends the connection without a word. */
  destroy(): void
}

/** Told about every frame that a client does not get because it is slow. */
export type ReceiverLosses = {
  conflated(channel: string): void
  shed(frames: number, reason: ShedReason): void
}

export type ReceiverOptions = {
  readonly id: string
  readonly socket: ClientSocket
  readonly limitBytes: number
  readonly losses: ReceiverLosses
  readonly now: () => number
  readonly onSent: (frames: number, bytes: number) => void
}

/** Bytes the socket may hold before frames wait in the backlog, where they can still be conflated or shed. */
const writeAheadBytes = 64 * 1024
/** Two rounds of silence are an accident, three are an end. */
const pongsMissedLimit = 2

/** How a client fares, for an operator. Ages and delays in ms; null while nothing is known. */
export type ReceiverRecord = {
  readonly id: string
  readonly since_ms: number
  readonly rtt_ms: number | null
  readonly last_pong_ms: number | null
  readonly queued_bytes: number
  /** For how long something has waited without a break. */
  readonly queued_age_ms: number
  /** How long the frames that left last had waited. */
  readonly lag_ms: number
  readonly frames_sent: number
  readonly bytes_sent: number
  readonly conflated: number
  readonly shed: number
  readonly suppressed: number
}

/** The receiving side of one client: what waits for it, how well it drains, how it answers pings. */
export class Receiver implements Member {
  place = -1
  from = 0
  /** Those who listen to the same, while it listens to anything; the hub's to set. */
  cohort: CohortTurn | undefined
  /** Round trip of the last answered ping. */
  rttMs: number | undefined
  readonly id: string
  readonly #options: ReceiverOptions
  readonly #backlog: Backlog
  readonly #sinceMs: number
  readonly #counts = { frames: 0, bytes: 0, conflated: 0, shed: 0, suppressed: 0 }
  /** Frames of the turn that are not those of its cohort. */
  #own: OutFrame[] | undefined
  #pongAtMs: number | undefined
  /** Whether something waits here or in the socket. Told from the last write on, so that a write need not ask first. */
  #behind = false
  /** Since when something has waited; undefined when all of it is with the kernel. */
  #waitingSinceMs: number | undefined
  #lagMs = 0
  #unanswered = 0
  #pingedAtMs = 0
  #progressAtMs: number
  #broken: (() => void) | undefined

  constructor(options: ReceiverOptions) {
    this.id = options.id
    const { limitBytes, losses, now } = options
    this.#options = options
    this.#backlog = new Backlog({
      limitBytes,
      losses: {
        conflated: (channel) => {
          this.#counts.conflated += 1
          losses.conflated(channel)
        },
        shed: (frames, reason) => {
          this.#counts.shed += frames
          losses.shed(frames, reason)
        },
      },
    })
    this.#sinceMs = now()
    this.#progressAtMs = this.#sinceMs
  }

  /** Whom to tell that the connection takes nothing any more. */
  onBroken(task: () => void): void {
    this.#broken = task
  }

  record(nowMs: number): ReceiverRecord {
    const { frames, bytes, conflated, shed, suppressed } = this.#counts
    return {
      id: this.id,
      since_ms: this.#sinceMs,
      rtt_ms: this.rttMs ?? null,
      last_pong_ms: this.#pongAtMs ?? null,
      queued_bytes: this.queuedBytes,
      queued_age_ms: this.#waitingSinceMs === undefined ? 0 : Math.max(0, nowMs - this.#waitingSinceMs),
      lag_ms: this.#lagMs,
      frames_sent: frames,
      bytes_sent: bytes,
      conflated: conflated + (this.cohort?.conflated ?? 0),
      shed,
      suppressed: suppressed + (this.cohort?.suppressed ?? 0),
    }
  }

  /**
   * Moves to another cohort, or to none: what the turn holds so far, and the count of what was left out, stay its own.
   * True when it has frames of its own in this turn because of that.
   */
  move(to: CohortTurn | undefined): boolean {
    const takes = this.cohort?.hasTurn === true && this.push([])
    if (this.cohort) this.#countThinned(this.cohort, 1)
    if (to) this.#countThinned(to, -1)
    this.cohort = to
    return takes
  }

  /** Bytes that wait for this client in this process; those of the turn are its cohort's. */
  get queuedBytes(): number {
    return this.#backlog.bytes + this.#options.socket.buffered
  }

  /** For how long the connection has taken nothing although something waits. */
  stalledMs(nowMs: number): number {
    const waits = this.#options.socket.buffered > 0 || !this.#backlog.isEmpty
    return waits ? nowMs - this.#progressAtMs : 0
  }

  /** Queues frames for this client alone, after those that its cohort has queued so far. True: the first of the turn. */
  push(frames: readonly OutFrame[]): boolean {
    const first = this.#own === undefined
    const own = (this.#own ??= [])
    if (this.cohort?.hasTurn) own.push(...this.cohort.take(this))
    own.push(...frames)
    return first
  }

  /** The turn's frames of this client alone, its cohort's among them. */
  takeOwn(): readonly OutFrame[] {
    if (this.#own === undefined && !this.cohort?.hasTurn) return []
    this.push([])
    const own = this.#own ?? []
    this.#own = undefined
    return own
  }

  /**
   * Writes a turn's frames, or keeps them while the socket is full; `sinceMs`: when the first of them was queued.
   * `overflow`: more waits than may wait, the client has to be closed.
   */
  write(batch: Batch, sinceMs: number, nowMs: number): 'taken' | 'waits' | 'overflow' {
    if (batch.count === 0) return 'taken'
    if (this.#behind && (!this.#backlog.isEmpty || this.#options.socket.buffered > writeAheadBytes))
      return batch.frames.every((frame) => this.#backlog.hold(frame)) ? 'waits' : 'overflow'
    if (!this.#behind) this.#progressAtMs = nowMs
    this.#waitingSinceMs ??= sinceMs
    this.#send(batch, nowMs)
    return this.#behind ? 'waits' : 'taken'
  }

  shedTape(reason: 'stalled' | 'budget'): void {
    this.#backlog.shedTape(reason)
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
    this.#pongAtMs = nowMs
    if (!answersLast) return undefined
    this.rttMs = nowMs - this.#pingedAtMs
    return this.rttMs
  }

  /** Writes what can still be written, then ends the connection. */
  close(code: number, reason: string): void {
    const nowMs = this.#options.now()
    this.write(new Batch(this.takeOwn()), nowMs, nowMs)
    this.#options.socket.close(code, reason)
  }

  #countThinned({ conflated, suppressed }: CohortTurn, sign: 1 | -1): void {
    this.#counts.conflated += sign * conflated
    this.#counts.suppressed += sign * suppressed
  }

  #send(batch: Batch, nowMs: number): void {
    const { socket, onSent } = this.#options
    const bytes = socket.write(batch, this.#onWritten)
    this.#counts.frames += batch.count
    this.#counts.bytes += bytes
    onSent(batch.count, bytes)
    this.#settle(socket.buffered, nowMs)
  }

  /** Notes whether anything is left, and if not, for how long what left last had waited. */
  #settle(buffered: number, nowMs: number): void {
    this.#behind = buffered > 0 || !this.#backlog.isEmpty
    if (this.#behind || this.#waitingSinceMs === undefined) return
    this.#lagMs = Math.max(0, nowMs - this.#waitingSinceMs)
    this.#waitingSinceMs = undefined
  }

  readonly #onWritten = (error?: Error | null): void => {
    const { socket, now } = this.#options
    if (error) {
      this.#broken?.()
      socket.destroy()
      return
    }
    // Most often the kernel has taken all of it at once, as was seen when it was written.
    if (!this.#behind) return
    const nowMs = now()
    const { buffered } = socket
    this.#progressAtMs = nowMs
    if (this.#backlog.isEmpty || buffered > writeAheadBytes) this.#settle(buffered, nowMs)
    else this.#send(this.#backlog.take(writeAheadBytes), nowMs)
  }
}
