import type { ServerFrameMap, ServerFrameType } from '@whalecast/events'
import type { ChannelFrame, ChannelName } from './channel-frames.ts'
import type { FrameStream } from './frame-stream.ts'
import type { Staleness } from './freshness.ts'
import type { ServerFrame } from './server-frame.ts'
import type { ReadOptions, SubscribeOptions } from './subscribe-options.ts'

/**
 * Where the connection stands. `connecting` ⇄ `connected` for as long as it takes; `disconnected` is final:
 * the client was closed, or the server asked not to come back.
 */
export type ClientState =
  | {
      readonly type: 'connecting'
      /** 1 for the first attempt after a connection or the start. */
      readonly attempt: number
      /** When the next attempt begins; null while one is under way. */
      readonly retryAtMs: number | null
      /** Why there is no connection; empty before the first one failed. */
      readonly reason: string
    }
  | {
      readonly type: 'connected'
      readonly sinceMs: number
      /** The server's greeting: who answers, and what is on by default. */
      readonly connection: ServerFrameMap['connection']
    }
  | {
      readonly type: 'disconnected'
      readonly reason: string
      /** The close code that forbids coming back; null when there was none. */
      readonly code: number | null
    }

/** Counted since the client was made. */
export type ClientStats = {
  /** Frames handed out. */
  readonly frames: number
  /** Log entries that came twice and were handed out once. */
  readonly duplicates: number
  /** Holes in log channels, found here or told by the server. */
  readonly gaps: number
  /** Log channels taken up again after a reconnect with everything in between, … */
  readonly resumed: number
  /** … and those of which something was lost; `gap` frames said what. */
  readonly unrecovered: number
  /** Frames of a type that this version does not know. */
  readonly unknownFrames: number
  /** Texts that are no frame. */
  readonly invalidFrames: number
  /** Connections that the server greeted; one less than this were reconnects. */
  readonly connections: number
  /** Times that the token's provider failed; those connections went on without one. */
  readonly tokenFailures: number
  /** Round trip of the last answered ping; null before the first. */
  readonly rttMs: number | null
  /** When the server was last heard, pings included; null before the first frame. */
  readonly lastFrameAtMs: number | null
}

export type StreamOptions = {
  /** @default 10_000 */
  readonly capacity?: number
}

/** Ends what it was returned for; calling it again does nothing. */
export type Disposer = () => void

/** One stable connection to Whalecast. Frames of one channel arrive in order, each log entry at most once. */
export type WhalecastClient = {
  readonly state: ClientState
  readonly stats: ClientStats
  /** Calls the handler at every change of state, not with the present one. */
  onState(handler: (state: ClientState) => void): Disposer
  /** Calls the handler when the connection falls silent or a channel's data gets old, and when that is over. */
  onStaleness(handler: (change: Staleness) => void): Disposer
  /** The server's clock, as far as the frames of this connection tell; the own one before. */
  serverNowMs(): number
  /**
   * Calls the handler with every frame of a type, in order. `gap` frames come from the server and from
   * this client's own bookkeeping. What a handler throws surfaces as an uncaught error and disturbs no other handler.
   */
  on<Type extends ServerFrameType>(type: Type, handler: (frame: ServerFrame<Type>) => void): Disposer
  /**
   * Frames from now on as an iterable; ends when the client is disconnected for good.
   * A reader that falls more than `capacity` frames behind loses the oldest, counted in `dropped`.
   */
  frames(options?: StreamOptions): FrameStream<ServerFrame>
  frames<Type extends ServerFrameType>(
    options: StreamOptions & { readonly types: readonly Type[] },
  ): FrameStream<ServerFrame<Type>>
  /**
   * Reads one channel; the frames are typed by its name. The channel is asked for unless it is on already, and given up
   * when its last reader is disposed of. One whose options differ begins anew with them, for all its readers.
   */
  subscribe<Name extends ChannelName>(
    channel: Name,
    handler: (frame: ChannelFrame<Name>) => void,
    options?: ReadOptions,
  ): Disposer
  /** Asks for channels now and after every reconnect, whoever reads them. */
  subscribe(channels: readonly string[], options?: SubscribeOptions): void
  /** Reads one channel as an iterable, as `subscribe` does with a handler. Leaving the loop ends it. */
  stream<Name extends ChannelName>(
    channel: Name,
    options?: ReadOptions & StreamOptions,
  ): FrameStream<ChannelFrame<Name>>
  /** Gives channels up, also those that are on by default. */
  unsubscribe(channels: readonly string[]): void
  /** Says goodbye; no socket, timer or pending reader is left. Safe to call again. */
  close(): void
}
