import { defaultChannels, wireChannels, type Position, type WireChannelName } from '@whalecast/events/wire'
import type { SubscribeOptions } from './subscribe-options.ts'

// The server takes at most 256 channels a frame.
const channelsPerFrame = 256

const defaults: ReadonlySet<string> = new Set(defaultChannels)

/** What is asked for on the wire beside a channel's name, as JSON: equal texts go into one frame. */
type Wish = {
  readonly fields: string
  /** Asked for by name, so that it stays when nobody reads it. */
  readonly pinned: boolean
}

export type SubscriptionsOptions = {
  readonly channels?: readonly string[]
  /** The trading state and books are asked for as changes. @default false */
  readonly delta?: boolean
  /** The server's default channels are wanted. @default true */
  readonly defaults?: boolean
}

/** Where the client stands in a channel; undefined where it begins. */
type PositionOf = (channel: string) => Position | undefined

/**
 * What the client wants to hear, kept across connections. On its first connection the server turns the default
 * channels on by itself; later ones begin with nothing, and everything is asked for together with the client's place in it.
 */
export class Subscriptions {
  readonly #wishes = new Map<string, Wish>()
  readonly #readers = new Map<string, number>()
  /** Defaults that were given up, … */
  readonly #refused = new Set<string>()
  /** … and those that the server turned on. Which ones it does depends on who asks. */
  readonly #granted = new Set<string>()
  /** Channels that the server has confirmed on this connection. */
  readonly #heard = new Set<string>()
  readonly #delta: boolean
  readonly #defaults: boolean

  constructor({ channels = [], delta = false, defaults: wanted = true }: SubscriptionsOptions = {}) {
    this.#delta = delta
    this.#defaults = wanted
    for (const channel of channels) this.#wishes.set(channel, { fields: this.#fields(channel), pinned: true })
  }

  /** Whether frames of the channel are expected. */
  has(channel: string): boolean {
    return this.#wishes.has(channel) || this.#isOn(channel)
  }

  /** Whether the server has said on this connection that it sends this channel. */
  hears(channel: string): boolean {
    return this.#heard.has(channel)
  }

  /** Whether what is asked for is what was asked for already. */
  isNew(channel: string, options: SubscribeOptions = {}): boolean {
    const fields = this.#fields(channel, options)
    const held =
      this.#wishes.get(channel)?.fields ?? (this.#isOn(channel) ? this.#fields(channel) : undefined)
    return fields !== held
  }

  /** Remembers the channels; returns the frames to send on an open socket. */
  add(channels: readonly string[], options: SubscribeOptions = {}, pinned = true): string[] {
    for (const channel of channels) {
      this.#refused.delete(channel)
      const wish = { fields: this.#fields(channel, options), pinned }
      this.#wishes.set(channel, { ...wish, pinned: pinned || this.#wishes.get(channel)?.pinned === true })
    }
    return this.#subscribe(channels)
  }

  /** Forgets the channels; returns the frames to send on an open socket. */
  remove(channels: readonly string[]): string[] {
    for (const channel of channels) {
      this.#wishes.delete(channel)
      this.#heard.delete(channel)
      if (defaults.has(channel)) this.#refused.add(channel)
    }
    return frames('unsubscribe', channels)
  }

  /** Somebody reads a channel, or does so no more; answers whether nobody does and nothing else keeps it. */
  reads(channel: string, by: 1 | -1): boolean {
    const readers = (this.#readers.get(channel) ?? 0) + by
    this.#readers.set(channel, readers)
    if (readers > 0) return false
    this.#readers.delete(channel)
    return this.#wishes.get(channel)?.pinned === false && !this.#isOn(channel)
  }

  /** A new connection: nothing is confirmed on it. */
  opened(): void {
    this.#heard.clear()
  }

  /** The server lists what it sends. */
  confirm(channels: readonly string[]): void {
    this.#heard.clear()
    for (const channel of channels) {
      this.#heard.add(channel)
      if (defaults.has(channel)) this.#granted.add(channel)
    }
  }

  /** The frames that bring a connection on which the server has turned its defaults on to what is wanted. */
  introduction(): string[] {
    return [...frames('unsubscribe', [...this.#refused]), ...this.#subscribe([...this.#wishes.keys()])]
  }

  /** The frames that bring a connection on which nothing is on to what is wanted, from where the client stands. */
  replay(positionOf: PositionOf): string[] {
    // Before any server has said what it turns on: what everybody may hear. A token opens the rest.
    const known = this.#granted.size > 0 ? [...this.#granted] : defaultChannels.filter(isForEverybody)
    const granted = known.filter((channel) => this.#isOn(channel))
    return this.#subscribe([...new Set([...granted, ...this.#wishes.keys()])], positionOf)
  }

  /** The frames that ask for the defaults which these scopes open and nobody has turned on yet. */
  missing(scopes: readonly string[], positionOf: PositionOf): string[] {
    return this.#subscribe(
      defaultChannels.filter(
        (channel) =>
          this.#isOn(channel) &&
          !this.#granted.has(channel) &&
          !this.#wishes.has(channel) &&
          scopes.includes(wireChannels[channel].scope),
      ),
      positionOf,
    )
  }

  #isOn(channel: string): boolean {
    return this.#defaults && defaults.has(channel) && !this.#refused.has(channel)
  }

  #fields(channel: string, { filter, maxHz }: SubscribeOptions = {}): string {
    const delta = this.#delta && /^(trading_state$|book:)/.test(channel) ? true : undefined
    return JSON.stringify({ delta, filter, max_hz: maxHz })
  }

  #subscribe(channels: readonly string[], positionOf: PositionOf = () => undefined): string[] {
    const alike = new Map<string, string[]>()
    for (const channel of channels) {
      const fields = this.#wishes.get(channel)?.fields ?? this.#fields(channel)
      const others = alike.get(fields)
      if (others) others.push(channel)
      else alike.set(fields, [channel])
    }
    return [...alike].flatMap(([fields, names]) => frames('subscribe', names, JSON.parse(fields), positionOf))
  }
}

const isForEverybody = (channel: WireChannelName): boolean => wireChannels[channel].scope === 'market'

function frames(
  type: 'subscribe' | 'unsubscribe',
  channels: readonly string[],
  fields: object = {},
  positionOf: PositionOf = () => undefined,
): string[] {
  const texts: string[] = []
  for (let start = 0; start < channels.length; start += channelsPerFrame) {
    const some = channels.slice(start, start + channelsPerFrame)
    const places = some.flatMap((channel) => {
      const position = positionOf(channel)
      return position ? [[channel, position] as const] : []
    })
    const resume = places.length > 0 ? Object.fromEntries(places) : undefined
    texts.push(JSON.stringify({ type, channels: some, ...fields, resume }))
  }
  return texts
}
