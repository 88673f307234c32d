import type { Position } from '@whalecast/events/wire'
import type { TokenSource } from './token-keeper.ts'

export type ConnectOptions = {
  /** Address of the socket, e.g. `ws://127.0.0.1:8080/ws`; a text that is no URL throws. */
  readonly url: string
  /** Channels beyond those that are on by default. @default none */
  readonly channels?: readonly string[]
  /** Whether the server's default channels are wanted: everything a screen shows. Bots say no and name theirs. @default true */
  readonly defaults?: boolean
  /**
   * Places in log channels from an earlier run, as the `epoch` and `offset` of the last frame that was dealt with: what
   * came since is handed out first. @default the history that the server shows to newcomers
   */
  readonly resumeFrom?: Readonly<Record<string, Position>>
  /**
   * A token, or what gives one: at each connection, and again before the server stops taking the last one. It goes in a
   * frame of its own before anything else is asked for, never in the address. @default none
   */
  readonly token?: TokenSource
  /**
   * `trading_state` and books come as changes and are put together here: whole frames are handed out all the same, each
   * change as well. @default true
   */
  readonly delta?: boolean
  /** Whether the server may put several frames into one message. @default true in Node, false in browsers */
  readonly batch?: boolean
  /** Silence after which the connection is given up and made anew. @default 45_000 */
  readonly staleAfterMs?: number
  /** Silence that `onStaleness` tells of. @default 25_000 */
  readonly quietAfterMs?: number
  /** Pace of the pings that measure the round trip; a hidden page sends none. @default 15_000 */
  readonly pingEveryMs?: number
  /**
   * Pauses before retries: first below `baseMs`, then each random between `baseMs` and three times the last one, at most
   * `capMs`. What the server asked for comes on top. @default 500 … 30_000
   */
  readonly backoff?: { readonly baseMs?: number; readonly capMs?: number }
}
