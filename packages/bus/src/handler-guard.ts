/** Handlings in a row that took too long before a handler is left alone. */
const strikesAllowed = 3
/** Failures of any kind within the window before a handler is left alone: more is no bad message but a bad handler. */
const failuresAllowed = 100
const windowMs = 60_000
/** A handler that fails its trial rests twice as long, up to this. */
const longestRestMs = 60_000

/** A handler was left alone for a while, or is trusted again. */
export type HandlerChange =
  | {
      readonly level: 'quarantined'
      /** `slow`: it took too long several times in a row. `failing`: too many failures within a minute. */
      readonly reason: 'slow' | 'failing'
      readonly restMs: number
    }
  | { readonly level: 'recovered' }

/**
 * Decides whether a handler gets messages. Only its failures within the last minute count, never those of its whole
 * life, so that it can always come back.
 *
 * listening: gets everything. After three handlings in a row that took too long, or more than a hundred failures in a
 * minute:
 * resting: gets nothing until its rest is over, then
 * on trial: one message decides. Handled, it listens again; failed, it rests twice as long. A minute without a
 * failure is as good as a message that was handled.
 */
export class HandlerGuard {
  private readonly firstRestMs: number
  private state: 'listening' | 'resting' | 'trial' = 'listening'
  private strikes = 0
  /** When the newest failures were, oldest first: never more of them than decide. */
  private failures: number[] = []
  private restMs: number
  private restEndsMs = 0

  constructor(firstRestMs: number) {
    this.firstRestMs = firstRestMs
    this.restMs = firstRestMs
  }

  /** Whether the next message may go to the handler. A rest that is over becomes a trial. */
  admits(nowMs: number): boolean {
    if (this.state === 'resting' && nowMs >= this.restEndsMs) this.state = 'trial'
    return this.state !== 'resting'
  }

  /** When to look again even if no message comes; undefined while there is nothing to wait for. */
  get nextLookMs(): number | undefined {
    if (this.state === 'listening') return undefined
    return this.state === 'resting' ? this.restEndsMs : (this.failures.at(-1) ?? 0) + windowMs
  }

  onHandled(): HandlerChange | undefined {
    this.strikes = 0
    return this.state === 'trial' ? this.recover() : undefined
  }

  onFailed(how: 'threw' | 'timeout', nowMs: number): HandlerChange | undefined {
    this.strikes = how === 'timeout' ? this.strikes + 1 : 0
    this.failures = this.failures.filter((atMs) => nowMs - atMs < windowMs).slice(-failuresAllowed)
    this.failures.push(nowMs)
    const slow = this.strikes >= strikesAllowed || (this.state === 'trial' && how === 'timeout')
    if (!slow && this.state !== 'trial' && this.failures.length <= failuresAllowed) return undefined
    if (this.state === 'trial') this.restMs = Math.min(this.restMs * 2, longestRestMs)
    this.state = 'resting'
    this.restEndsMs = nowMs + this.restMs
    return { level: 'quarantined', reason: slow ? 'slow' : 'failing', restMs: this.restMs }
  }

  /** Nobody sent anything: a handler on trial is trusted again once its last failure is a minute old. */
  onQuiet(nowMs: number): HandlerChange | undefined {
    const lastMs = this.failures.at(-1) ?? -Infinity
    return this.state === 'trial' && nowMs - lastMs >= windowMs ? this.recover() : undefined
  }

  private recover(): HandlerChange {
    this.state = 'listening'
    this.strikes = 0
    this.failures = []
    this.restMs = this.firstRestMs
    return { level: 'recovered' }
  }
}
