import type { BackoffOptions } from './backoff.ts'
import type { SocketError } from './errors.ts'
import type { IdleOptions } from './idle-watchdog.ts'
import type { SocketTime } from './time.ts'

/** What a reconnecting socket needs to know. Only `url` is required. */
export type SocketOptions = {
  /** A function is asked anew at each attempt. */
  readonly url: string | (() => string | Promise<string>)
  readonly protocols?: readonly string[]
  /** Asked anew at each attempt, so that signatures are fresh. Browsers cannot send headers and ignore them. */
  readonly headers?: () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>
  readonly backoff?: Partial<BackoffOptions>
  /** Whether to dial again after this; `attempt` counts from 1. @default error.retryable */
  readonly shouldRetry?: (error: SocketError, attempt: number) => boolean
  /** How long the server asked to be left alone; the backoff comes on top. @default error.retryAfterMs */
  readonly retryAfterMs?: (error: SocketError) => number | undefined
  /** @default { pingAfterMs: 30_000, deadAfterMs: 45_000 } */
  readonly idle?: IdleOptions | false
  /** How long preparing and dialing may take together. @default 10_000 */
  readonly dialTimeoutMs?: number
  /**
   * Unread frames above which the socket is paused; it resumes at half. Where the platform cannot pause, the
   * connection is dropped instead, which shows as a gap. Smaller: a short stall of the consumer already stops the
   * pongs. Larger: more memory. @default 32_768, about 16 s of the exchange's busiest observed minutes
   */
  readonly highWaterFrames?: number
  /** The same for the length of the unread text. @default 64 Mi */
  readonly highWaterChars?: number
  /** The largest message the server may send. @default 64 MiB */
  readonly maxPayloadBytes?: number
  /** Ends the iteration, quietly, at any moment. */
  readonly signal?: AbortSignal
  /** @default the system's clock and timers */
  readonly time?: SocketTime
}

/** What happens on a reconnecting socket, in order. */
export type SocketEvent =
  | {
      readonly type: 'connecting'
      /** 1 for the first dial, and counting since a connection last stood for `backoff.resetAfterMs`. */
      readonly attempt: number
    }
  | {
      readonly type: 'open'
      /** Counts successful opens, from 1. */
      readonly epoch: number
    }
  | {
      readonly type: 'frame'
      readonly epoch: number
      readonly data: string
      readonly receivedAtMs: number
    }
  | {
      /** The gap: whatever the server sends between here and the next `open` is missed. */
      readonly type: 'closed'
      /** Of the last connection that was open; 0 if there was none yet. */
      readonly epoch: number
      readonly error: SocketError
      /** Null: given up, and the iteration ends after this. */
      readonly retryInMs: number | null
    }

/** `idle` before the iteration starts, `waiting` between attempts, `closed` when the iteration has ended. */
export type SocketState = 'idle' | 'connecting' | 'open' | 'waiting' | 'closed'

/** A WebSocket that comes back by itself. Iterate it once; the iteration is its life. */
export type ReconnectingSocket = AsyncIterable<SocketEvent> & {
  /** Whether the text was handed to an open connection. Never throws; never queues across a gap. */
  send(text: string): boolean
  /** Drops the connection and dials again; cuts a wait short; changes nothing while dialing. */
  reconnect(reason: string): void
  /** Says farewell and ends the iteration. @default code 1000 */
  close(code?: number, reason?: string): void
  readonly state: SocketState
  /** Whether reading has stopped because the consumer is behind. */
  readonly paused: boolean
  /** When anything (data, ping, pong) last came in, Unix ms; 0 before the first time. */
  readonly lastActivityAtMs: number
}
