import type { SocketError } from './errors.ts'

/** What one dial needs. Browsers cannot send headers and do not limit a payload. */
export type DialRequest = {
  readonly url: string
  readonly protocols: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly maxPayloadBytes: number
}

/** Called by a transport: `onOpen` at most once, `onClosed` exactly once and last. */
export type ConnectionHandlers = {
  onOpen(): void
  onFrame(data: string): void
  /** A ping or a pong came in. */
  onActivity(): void
  onClosed(error: SocketError): void
}

/** One connection, from the dial on. No method throws, in any state. */
export type Connection = {
  /** Whether the text was handed to an open connection. */
  send(text: string): boolean
  /** Sends a protocol ping where the platform has one. */
  ping(): void
  /** Stops reading, so that TCP pushes back. False where the platform cannot. */
  pause(): boolean
  resume(): void
  /** Starts the closing handshake. */
  close(code: number, reason: string): void
  /** Ends it now, dial or connection; `onClosed` follows. */
  terminate(): void
}

/** Starts a dial. Throws only for a request that can never work. */
export type Transport = (request: DialRequest, handlers: ConnectionHandlers) => Connection
