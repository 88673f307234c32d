/**
 * Why a connection could not be made or ended. `retryable` says whether asking again, unchanged, can help;
 * the loop obeys it unless the caller decides otherwise.
 */
export abstract class SocketError extends Error {
  abstract readonly retryable: boolean
  /** How long the server asked to be left alone; undefined when it did not say. */
  readonly retryAfterMs: number | undefined = undefined
}

/** What the server answered instead of upgrading. */
export type HandshakeResponse = {
  readonly status: number
  /** At most the first 4 KiB. */
  readonly body: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

// Other 4xx answers, and redirects, stay the same however often one asks.
const retryableStatuses: ReadonlySet<number> = new Set([408, 425, 429])

/** The server answered the upgrade with an HTTP status other than 101. Never seen in browsers: they hide it. */
export class HandshakeError extends SocketError {
  override readonly name = 'HandshakeError'
  override readonly retryable: boolean
  override readonly retryAfterMs: number | undefined
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>

  constructor(response: HandshakeResponse) {
    super(`The server answered the WebSocket handshake with HTTP ${response.status}`)
    this.status = response.status
    this.body = response.body
    this.headers = response.headers
    this.retryable = response.status >= 500 || retryableStatuses.has(response.status)
    this.retryAfterMs = parseRetryAfter(response.headers['retry-after'])
  }
}

/** No connection came about: refused, unresolved, timed out, TLS, or the headers or URL could not be made. */
export class ConnectFailedError extends SocketError {
  override readonly name = 'ConnectFailedError'
  override readonly retryable = true
}

/** An open connection ended. 1005: without a code; 1006: without a close frame. */
export class ClosedError extends SocketError {
  override readonly name = 'ClosedError'
  override readonly retryable = true
  readonly code: number
  readonly reason: string

  constructor(code: number, reason: string, options?: ErrorOptions) {
    super(`The connection was closed with code ${code}${reason === '' ? '' : `: ${reason}`}`, options)
    this.code = code
    this.reason = reason
  }
}

/** Nothing came in for too long, not even the answer to our own ping. */
export class IdleError extends SocketError {
  override readonly name = 'IdleError'
  override readonly retryable = true

  constructor(silentMs: number) {
    super(`Nothing was received for ${silentMs} ms`)
  }
}

/** The consumer fell behind on a transport that cannot be paused. What was not read is lost. */
export class OverflowError extends SocketError {
  override readonly name = 'OverflowError'
  override readonly retryable = true

  constructor(frames: number) {
    super(`The consumer left ${frames} frames unread`)
  }
}

/** The owner asked for a new connection. */
export class ReconnectError extends SocketError {
  override readonly name = 'ReconnectError'
  override readonly retryable = true
}

/** The seconds form only: nobody sends a WebSocket client a date. */
function parseRetryAfter(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) * 1_000 : undefined
}
