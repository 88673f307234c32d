import { ConnectFailedError, IdleError, SocketError } from './errors.ts'
import { IdleWatchdog, type IdleOptions } from './idle-watchdog.ts'
import type { SocketTime } from './time.ts'
import type { Connection, DialRequest, Transport } from './transport.ts'

/** How long the peer may take to answer a closing handshake before the connection is cut. */
const farewellMs = 1_000

export type SessionOptions = {
  readonly prepare: () => Promise<DialRequest>
  readonly transport: Transport
  readonly time: SocketTime
  readonly dialTimeoutMs: number
  readonly idle: IdleOptions | false
  readonly onOpen: () => void
  readonly onFrame: (data: string, receivedAtMs: number) => void
}

/**
 * One attempt: prepare the request, dial, and if that works one connection, until it has ended.
 *
 * States: preparing → dialing → open → ended. `fail` and `leave` end it from any state, the first reason counts,
 * and `ended` resolves when nothing of it is left: no connection, no timer.
 */
export class Session {
  /** Why it ended. Never rejects. */
  readonly ended: Promise<SocketError>
  readonly #options: SessionOptions
  readonly #watchdog: IdleWatchdog | undefined
  #settle: (error: SocketError) => void = () => {}
  #connection: Connection | undefined
  #error: SocketError | undefined
  #over = false
  #openedAtMs: number | undefined
  #lastActivityAtMs = 0
  #cancelTimer: (() => void) | undefined

  constructor(options: SessionOptions) {
    this.#options = options
    this.ended = new Promise((resolve) => (this.#settle = resolve))
    if (options.idle !== false) {
      const { pingText } = options.idle
      const ping = () => (pingText === undefined ? this.#connection?.ping() : this.send(pingText()))
      const dead = (silentMs: number) => this.fail(new IdleError(silentMs))
      this.#watchdog = new IdleWatchdog(options.idle, { ping, dead }, options.time)
    }
    this.#armTimer(options.dialTimeoutMs, () =>
      this.fail(new ConnectFailedError(`No connection within ${options.dialTimeoutMs} ms`)),
    )
    void this.#dial()
  }

  get open(): boolean {
    return this.#openedAtMs !== undefined && !this.#over
  }

  /** How long ago the connection opened; undefined if it never did. */
  get openMs(): number | undefined {
    return this.#openedAtMs === undefined ? undefined : this.#options.time.now() - this.#openedAtMs
  }

  /** When anything last came in; 0 before the connection is open. */
  get lastActivityAtMs(): number {
    return this.#lastActivityAtMs
  }

  send(text: string): boolean {
    return this.open && this.#connection?.send(text) === true
  }

  /** False where the platform cannot pause. */
  pause(): boolean {
    if (this.#connection?.pause() !== true) return false
    this.#watchdog?.stop()
    return true
  }

  resume(): void {
    this.#connection?.resume()
    if (!this.#over) this.#watchdog?.start()
  }

  /** Ends it at once, for this reason. */
  fail(error: SocketError): void {
    if (this.#over) return
    this.#over = true
    this.#error = error
    this.#release()
    if (this.#connection === undefined) this.#settle(error)
    else this.#connection.terminate()
  }

  /** Says farewell if there is an open connection, and waits for the answer only briefly. */
  leave(code: number, reason: string, error: SocketError): void {
    if (!this.open || this.#connection === undefined) return this.fail(error)
    this.#over = true
    this.#error = error
    this.#release()
    const connection = this.#connection
    // The answer cannot arrive through a paused socket.
    connection.resume()
    this.#armTimer(farewellMs, () => connection.terminate())
    connection.close(code, reason)
  }

  async #dial(): Promise<void> {
    try {
      const request = await this.#options.prepare()
      if (this.#over) return
      this.#connection = this.#options.transport(request, {
        onOpen: () => this.#onOpen(),
        onFrame: (data) => this.#options.onFrame(data, this.#onActivity()),
        onActivity: () => void this.#onActivity(),
        onClosed: (error) => this.#onClosed(error),
      })
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause)
      this.fail(cause instanceof SocketError ? cause : new ConnectFailedError(message, { cause }))
    }
  }

  #onOpen(): void {
    if (this.#over) return
    this.#release()
    this.#openedAtMs = this.#onActivity()
    this.#watchdog?.start()
    this.#options.onOpen()
  }

  #onActivity(): number {
    const nowMs = this.#options.time.now()
    this.#lastActivityAtMs = nowMs
    if (this.#watchdog !== undefined) this.#watchdog.lastActivityAtMs = nowMs
    return nowMs
  }

  #onClosed(error: SocketError): void {
    this.#over = true
    this.#release()
    this.#settle(this.#error ?? error)
  }

  #armTimer(ms: number, call: () => void): void {
    this.#cancelTimer = this.#options.time.after(ms, call)
  }

  #release(): void {
    this.#watchdog?.stop()
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }
}
