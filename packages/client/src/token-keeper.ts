/** A token, or what gives one whenever one is needed. */
export type TokenSource = string | (() => string | undefined | Promise<string | undefined>)

export type TokenKeeperOptions = {
  readonly source: TokenSource | undefined
  /** Shows a fresh token to the server, on the connection that is open. */
  readonly show: (token: string) => void
  /** The source failed. */
  readonly onFailure: () => void
  readonly random?: () => number
}

/** How long before its end a token is replaced; the server reminds at 60 s. */
const leadMs = 90_000
/** Spread over this, so that clients that came together do not ask together. */
const spreadMs = 30_000
/** Pause between two requests to the source, whatever comes of them. */
const pauseMs = 5_000
// setTimeout fires at once for anything longer.
const longestTimerMs = 2 ** 31 - 1

/** Has a token at hand for each connection, and a fresh one before the server stops taking the old one. */
export class TokenKeeper {
  readonly #options: TokenKeeperOptions
  #timer: ReturnType<typeof setTimeout> | undefined
  #refreshing = false
  /** Counts connections: what was asked for during one is not shown on the next. */
  #connection = 0

  constructor(options: TokenKeeperOptions) {
    this.#options = options
  }

  /** A token for a new connection; undefined without one, or when the source failed. */
  async get(): Promise<string | undefined> {
    const { source, onFailure } = this.#options
    try {
      return typeof source === 'function' ? await source() : source
    } catch {
      onFailure()
      return undefined
    }
  }

  /** The server says how long the token holds from now; undefined when it has no end. */
  holdsFor(ms: number | undefined): void {
    clearTimeout(this.#timer)
    if (ms === undefined || typeof this.#options.source !== 'function') return
    const { random = Math.random } = this.#options
    const early = ms - leadMs - random() * spreadMs
    this.#refreshIn(Math.max(pauseMs, early > 0 ? early : ms / 2))
  }

  /** The server says that the token ends soon, or that it could not look at it. */
  complained(code: string): void {
    const { source } = this.#options
    if (code === 'token_expiring' && typeof source === 'function') void this.#refresh()
    if (code === 'unavailable' && source !== undefined) this.#refreshIn(pauseMs)
  }

  /** The connection is gone; the next one asks for a token anyway. */
  stop(): void {
    this.#connection += 1
    this.#refreshing = false
    clearTimeout(this.#timer)
  }

  #refreshIn(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#refresh(), Math.min(ms, longestTimerMs))
  }

  async #refresh(): Promise<void> {
    if (this.#refreshing) return
    this.#refreshing = true
    clearTimeout(this.#timer)
    const connection = this.#connection
    const token = await this.get()
    if (connection !== this.#connection) return
    this.#refreshing = false
    if (token === undefined) this.#refreshIn(pauseMs)
    else this.#options.show(token)
  }
}
