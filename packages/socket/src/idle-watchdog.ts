import type { SocketTime } from './time.ts'

/** When silence becomes suspicious, and when it becomes the end. */
export type IdleOptions = {
  /** Silence after which a ping of ours is sent. */
  readonly pingAfterMs: number
  /** Silence after which the connection is given up. */
  readonly deadAfterMs: number
  /** Sends this text in place of a protocol ping, which browsers do not have. */
  readonly pingText?: () => string
}

type Actions = {
  readonly ping: () => void
  readonly dead: (silentMs: number) => void
}

/**
 * Watches for silence with one timer, however many frames come: activity only moves `lastActivityAtMs`, and
 * the timer looks at it when it fires.
 *
 * States: stopped → (`start`) watching ⇄ (`suspend`, `start`) suspended; `stop` from any.
 */
export class IdleWatchdog {
  /** Written directly by the owner on each frame. */
  lastActivityAtMs: number
  readonly #options: IdleOptions
  readonly #actions: Actions
  readonly #time: SocketTime
  #cancel: (() => void) | undefined
  #pingedAtMs = 0

  constructor(options: IdleOptions, actions: Actions, time: SocketTime) {
    this.#options = options
    this.#actions = actions
    this.#time = time
    this.lastActivityAtMs = time.now()
  }

  /** Starts, or starts again, as if something had just come in. */
  start(): void {
    this.stop()
    this.lastActivityAtMs = this.#time.now()
    this.#check()
  }

  /** Nothing can be heard through a paused socket, so nothing is concluded from silence. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #check(): void {
    const { pingAfterMs, deadAfterMs } = this.#options
    // A clock set back makes the age negative; it then counts as fresh, and never for longer than the limits.
    const silentMs = Math.max(0, this.#time.now() - this.lastActivityAtMs)
    if (silentMs >= deadAfterMs) {
      this.#cancel = undefined
      this.#actions.dead(silentMs)
      return
    }
    if (silentMs >= pingAfterMs && this.#pingedAtMs !== this.lastActivityAtMs) {
      this.#pingedAtMs = this.lastActivityAtMs
      this.#actions.ping()
    }
    // After a ping the next look is no later than the next ping could be due.
    const waitMs =
      silentMs < pingAfterMs
        ? Math.min(pingAfterMs, deadAfterMs) - silentMs
        : Math.min(deadAfterMs - silentMs, pingAfterMs)
    this.#cancel = this.#time.after(waitMs, () => this.#check())
  }
}
