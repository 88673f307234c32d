import type { ServerFrameType } from '@whalecast/events'
import type { Disposer } from './client.ts'
import { FrameStream } from './frame-stream.ts'
import { Handlers } from './handlers.ts'
import { frameTypes, type ServerFrame } from './server-frame.ts'

type Readers = { readonly [Type in ServerFrameType]: Handlers<ServerFrame<Type>> }

/** Hands each frame to the handlers and streams of its type, in the order of their coming. */
export class Delivery {
  readonly #readers: Readers = {
    connection: new Handlers(),
    history_replay: new Handlers(),
    system_activity: new Handlers(),
    trader_status: new Handlers(),
    health: new Handlers(),
    whale: new Handlers(),
    whale_queue: new Handlers(),
    whale_processing: new Handlers(),
    decision: new Handlers(),
    follow: new Handlers(),
    trading_state: new Handlers(),
    trading_state_delta: new Handlers(),
    book: new Handlers(),
    ticker: new Handlers(),
    feed_gap: new Handlers(),
    feed_state: new Handlers(),
    trade: new Handlers(),
    subscribed: new Handlers(),
    authenticated: new Handlers(),
    gap: new Handlers(),
    error: new Handlers(),
    goaway: new Handlers(),
    ping: new Handlers(),
    pong: new Handlers(),
  }
  readonly #streams = new Set<{ end(): void }>()
  #ended = false

  deliver<Type extends ServerFrameType>(frame: ServerFrame<Type>): void {
    this.#readers[frame.type].call(frame)
  }

  on<Type extends ServerFrameType>(type: Type, handler: (frame: ServerFrame<Type>) => void): Disposer {
    return this.#readers[type].add(handler)
  }

  stream<Type extends ServerFrameType>(
    types: readonly Type[],
    capacity: number,
  ): FrameStream<ServerFrame<Type>> {
    const disposers: Disposer[] = []
    const stream = new FrameStream<ServerFrame<Type>>(capacity, () => {
      for (const dispose of disposers) dispose()
      this.#streams.delete(stream)
    })
    for (const type of new Set(types)) disposers.push(this.on(type, (frame) => stream.push(frame)))
    if (this.#ended) stream.end()
    else this.#streams.add(stream)
    return stream
  }

  /** Nothing comes any more: streams end after what they hold, handlers are let go. */
  end(): void {
    this.#ended = true
    for (const stream of this.#streams) stream.end()
    this.#streams.clear()
    for (const type of frameTypes) this.#readers[type].clear()
  }
}
