import { defaultChannels } from '@whalecast/events/wire'

// The server takes at most 256 channels a frame.
const channelsPerFrame = 256

const defaults: ReadonlySet<string> = new Set(defaultChannels)

/**
 * What the client wants to hear, kept across connections. The server turns its default channels on by
 * itself, so those only need a word when they are not wanted.
 */
export class Subscriptions {
  readonly #wanted: Set<string>
  readonly #refused = new Set<string>()

  readonly #delta: boolean

  /** `delta`: the trading state is asked for as changes. */
  constructor(channels: Iterable<string> = [], delta = false) {
    this.#wanted = new Set(channels)
    this.#delta = delta
  }

  /** Whether frames of the channel are expected. */
  has(channel: string): boolean {
    return this.#wanted.has(channel) || (defaults.has(channel) && !this.#refused.has(channel))
  }

  /** Remembers the channels; returns the frames to send on an open socket. */
  add(channels: readonly string[]): string[] {
    for (const channel of channels) {
      this.#refused.delete(channel)
      this.#wanted.add(channel)
    }
    return this.#subscribe(channels)
  }

  /** Forgets the channels; returns the frames to send on an open socket. */
  remove(channels: readonly string[]): string[] {
    for (const channel of channels) {
      this.#wanted.delete(channel)
      if (defaults.has(channel)) this.#refused.add(channel)
    }
    return frames('unsubscribe', channels)
  }

  /** The frames that bring a fresh connection to what is wanted. */
  replay(): string[] {
    return [...frames('unsubscribe', [...this.#refused]), ...this.#subscribe([...this.#wanted])]
  }

  #subscribe(channels: readonly string[]): string[] {
    const asChanges = channels.filter((channel) => this.#delta && channel === 'trading_state')
    const others = channels.filter((channel) => !asChanges.includes(channel))
    return [...frames('subscribe', others), ...frames('subscribe', asChanges, { delta: true })]
  }
}

function frames(
  type: 'subscribe' | 'unsubscribe',
  channels: readonly string[],
  fields: object = {},
): string[] {
  const texts: string[] = []
  for (let start = 0; start < channels.length; start += channelsPerFrame) {
    texts.push(JSON.stringify({ type, channels: channels.slice(start, start + channelsPerFrame), ...fields }))
  }
  return texts
}
