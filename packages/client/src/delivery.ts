import type { ServerFrameType } from '@whalecast/events'
import type { Envelope } from '@whalecast/events/wire'
import { isFrameOf, type ChannelFrame, type ChannelName } from './channel-frames.ts'
import type { Disposer } from './client.ts'
import { FrameStream } from './frame-stream.ts'
import { Handlers } from './handlers.ts'
import type { ServerFrame } from './server-frame.ts'

type Readers = Map<string, Handlers<ServerFrame>>

/** Adds handlers for a stream's frames; answers what takes them away. */
type Feed<Frame> = (push: (frame: Frame) => void) => Disposer

/**
 * Hands each frame to those who read its type, then to those who read its channel, in the order of their coming.
 */
export class Delivery {
  readonly #byType: Readers = new Map()
  readonly #byChannel: Readers = new Map()
  readonly #streams = new Set<{ end(): void }>()
  #ended = false

  deliver(frame: ServerFrame): void {
    this.#byType.get(frame.type)?.call(frame)
    if (frame.channel !== undefined) this.#byChannel.get(frame.channel)?.call(frame)
  }

  on<Type extends ServerFrameType>(type: Type, handler: (frame: ServerFrame<Type>) => void): Disposer {
    return this.#add(this.#byType, type, (frame) => {
      if (isOfType(frame, type)) handler(frame)
    })
  }

  onChannel<Name extends ChannelName>(channel: Name, handler: (frame: ChannelFrame<Name>) => void): Disposer {
    const isFrame = isFrameOf(channel)
    return this.#add(this.#byChannel, channel, (frame) => {
      if (isFrame(frame)) handler(frame)
    })
  }

  /** What `feed` brings, as an iterable; `onLeft` is called when its reader leaves. */
  stream<Frame extends Envelope>(
    capacity: number,
    feed: Feed<Frame>,
    onLeft: () => void = () => {},
  ): FrameStream<Frame> {
    const stream = new FrameStream<Frame>(capacity, () => {
      dispose()
      this.#streams.delete(stream)
      onLeft()
    })
    const dispose = feed((frame) => stream.push(frame))
    if (this.#ended) stream.end()
    else this.#streams.add(stream)
    return stream
  }

  /** Nothing comes any more: streams end after what they hold, handlers are let go. */
  end(): void {
    this.#ended = true
    for (const stream of this.#streams) stream.end()
    this.#streams.clear()
    for (const readers of [this.#byType, this.#byChannel]) readers.clear()
  }

  #add(readers: Readers, key: string, handler: (frame: ServerFrame) => void): Disposer {
    const handlers = readers.get(key) ?? new Handlers<ServerFrame>()
    readers.set(key, handlers)
    const dispose = handlers.add(handler)
    return () => {
      dispose()
      if (handlers.isEmpty && readers.get(key) === handlers) readers.delete(key)
    }
  }
}

function isOfType<Type extends ServerFrameType>(frame: Envelope, type: Type): frame is ServerFrame<Type> {
  return frame.type === type
}
