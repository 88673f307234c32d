import type { Scope } from '@whalecast/events'
import type { Caller } from './access.ts'
import type { Batch } from './batch.ts'
import { FrameLimiter, type FrameRates } from './frame-limiter.ts'
import { MessageBudget } from './message-budget.ts'
import { Outbox } from './outbox.ts'
import type { OutFrame } from './out-frame.ts'

/** The connection under a client. */
export type ClientSocket = {
  /** Bytes written that the kernel has not taken yet. */
  readonly buffered: number
  /** `done` is called once the kernel has taken the frames, or with the error that ended the connection. */
  write(batch: Batch, done: (error?: Error | null) => void): void
  close(code: number, reason: string): void
}

/** Told about every frame that a client does not get, with its channel. */
export type ClientLosses = {
  conflated(where: 'client' | 'rate', channel: string): void
  shed(frames: number, reason: 'buffer_bytes' | 'stalled'): void
  suppressed(channel: string): void
}

export type ClientOptions = {
  readonly id: string
  /** Where it connects from. */
  readonly address: string
  readonly caller: Caller
  readonly socket: ClientSocket
  readonly limitBytes: number
  readonly rates: FrameRates
  readonly losses: ClientLosses
  readonly now: () => number
  readonly onSent: (frames: number, bytes: number) => void
  readonly onFailed: (client: Client) => void
}

/** Bytes the socket may hold before frames wait in the outbox, where they can still be conflated or shed. */
const writeAheadBytes = 64 * 1024
/** Two rounds of silence are an accident, three are an end. */
const pongsMissedLimit = 2

/** How a client fares, for an operator. Ages and delays in ms; null while nothing is known. */
export type ClientRecord = {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly address: string
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

/** One browser or bot: who it is, what waits for it, how it answers pings, how well it drains. */
export class Client {
  readonly id: string
  readonly budget: MessageBudget
  caller: Caller
  /** Channels that it gave up, so that a token does not turn them on. */
  readonly declined = new Set<string>()
  /** Tokens that nobody has, shown by this client. */
  refusedTokens = 0
  /** Round trip of the last answered ping. */
  rttMs: number | undefined
  /** Whether the hub has it on the list of this turn. */
  dirty = false
  readonly #options: ClientOptions
  readonly #outbox: Outbox
  readonly #limiter: FrameLimiter
  readonly #sinceMs: number
  readonly #counts = { frames: 0, bytes: 0, conflated: 0, shed: 0, suppressed: 0 }
  #pongAtMs: number | undefined
  /** Since when something has waited; undefined when all of it is with the kernel. */
  #waitingSinceMs: number | undefined
  #lagMs = 0
  #unanswered = 0
  #pingedAtMs = 0
  #progressAtMs: number

  constructor(options: ClientOptions) {
    this.id = options.id
    const { caller, limitBytes, losses, rates, now } = options
    this.caller = caller
    this.#options = options
    this.#outbox = new Outbox({
      limitBytes,
      losses: {
        conflated: (channel) => this.#onConflated('client', channel),
        shed: (frames, reason) => {
          this.#counts.shed += frames
          losses.shed(frames, reason)
        },
      },
    })
    this.#sinceMs = now()
    this.#progressAtMs = this.#sinceMs
    this.#limiter = new FrameLimiter(rates)
    this.budget = new MessageBudget(this.#sinceMs)
  }

  has(scope: Scope): boolean {
    return this.caller.scopes.includes(scope)
  }

  record(nowMs: number): ClientRecord {
    const { frames, bytes, conflated, shed, suppressed } = this.#counts
    return {
      id: this.id,
      name: this.caller.name,
      scopes: this.caller.scopes,
      address: this.#options.address,
      since_ms: this.#sinceMs,
      rtt_ms: this.rttMs ?? null,
      last_pong_ms: this.#pongAtMs ?? null,
      queued_bytes: this.queuedBytes,
      queued_age_ms: this.#waitingSinceMs === undefined ? 0 : Math.max(0, nowMs - this.#waitingSinceMs),
      lag_ms: this.#lagMs,
      frames_sent: frames,
      bytes_sent: bytes,
      conflated,
      shed,
      suppressed,
    }
  }

  /** Whether a frame for everybody goes to this client now. If not, it was counted, or `due` brings it. */
  admits(frame: OutFrame, nowMs: number): boolean {
    if (frame.frameClass === 'log' || frame.frameClass === 'control') return true
    const verdict = this.#limiter.judge(frame, nowMs)
    if (verdict === 'conflated') this.#onConflated('rate', frame.key)
    if (verdict === 'suppressed') {
      this.#counts.suppressed += 1
      this.#options.losses.suppressed(frame.key)
    }
    return verdict === 'send'
  }

  /** Whether frames wait for their time. */
  get holds(): boolean {
    return this.#limiter.holds
  }

  /** Frames that were not admitted before and are now. */
  due(nowMs: number): readonly OutFrame[] {
    return this.#limiter.due(nowMs)
  }

  /** It does not listen to a channel any more. */
  forget(channel: string): void {
    this.#limiter.forget(channel)
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
    this.#waitingSinceMs ??= this.#options.now()
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
    this.#pongAtMs = nowMs
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
    this.#counts.frames += batch.count
    this.#counts.bytes += batch.bytes
    onSent(batch.count, batch.bytes)
  }

  #onConflated(where: 'client' | 'rate', channel: string): void {
    this.#counts.conflated += 1
    this.#options.losses.conflated(where, channel)
  }

  readonly #onWritten = (error?: Error | null): void => {
    if (error) return this.#options.onFailed(this)
    const nowMs = this.#options.now()
    this.#progressAtMs = nowMs
    if (this.queuedBytes === 0 && this.#waitingSinceMs !== undefined) {
      this.#lagMs = nowMs - this.#waitingSinceMs
      this.#waitingSinceMs = undefined
    }
    if (this.#outbox.backedUp && this.#options.socket.buffered <= writeAheadBytes)
      this.#write(this.#outbox.takeBacklog(writeAheadBytes))
  }
}
