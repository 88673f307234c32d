/** Subprotocol of the browser socket: one message a WebSocket frame. */
export const subprotocol = 'whalecast.v1'
/** The same with any number of messages in one WebSocket frame, each ended by a line feed but the last. */
export const batchSubprotocol = 'whalecast.v1.batch'

/**
 * Every frame to a browser. `epoch` and `offset` place it in a log channel, `prev` is the offset before it
 * (a gap iff `prev` is above what the client holds); `version` orders the values of a latest channel.
 */
export type Envelope<Type extends string = string, Data = unknown> = {
  readonly type: Type
  /** When the frame was made, Unix ms. */
  readonly ts: number
  readonly channel?: string
  readonly epoch?: number
  readonly offset?: number
  readonly prev?: number
  readonly version?: number
  readonly data: Data
}

/** A place in a log channel. Offsets of different epochs do not compare. */
export type Position = { readonly epoch: number; readonly offset: number }
