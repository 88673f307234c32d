import type { LogPositions } from './log-positions.ts'
import type { SubscribeOptions } from './subscribe-options.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { TokenKeeper } from './token-keeper.ts'

export type AskingOptions = {
  readonly subscriptions: Subscriptions
  readonly positions: LogPositions
  readonly tokens: TokenKeeper
  /** Sends a text on the open connection. */
  readonly send: (text: string) => void
}

/** What the client says of itself on each connection: who it is, what it wants to hear, and from where on. */
export class Asking {
  readonly #options: AskingOptions
  /** Counts connections, so that a token that came late for one is not sent on the next. */
  #connection = 0
  /** Whether the server knows who this is and what is wanted. */
  #introduced = false
  /** Whether this connection began with nothing on. */
  #bare = false
  /** Where the client stands in a channel. */
  readonly #place = (channel: string) => this.#options.positions.of(channel)

  constructor(options: AskingOptions) {
    this.#options = options
  }

  /** A connection is open; `bare`: on it nothing is on by itself. */
  async opened(bare: boolean): Promise<void> {
    const { tokens, subscriptions } = this.#options
    this.closed()
    const connection = this.#connection
    this.#bare = bare
    // The token first: what is asked for after it may need it. Without one that can be had, everything else holds.
    const token = await tokens.get()
    if (connection !== this.#connection) return
    this.#introduced = true
    if (token !== undefined) this.show(token)
    this.#send(bare ? subscriptions.replay(this.#place) : subscriptions.introduction())
  }

  closed(): void {
    this.#connection += 1
    this.#introduced = false
  }

  show(token: string): void {
    this.#options.send(JSON.stringify({ type: 'auth', token }))
  }

  /** On a connection where nothing is on by itself, what the token opens has to be asked for. */
  authenticated(scopes: readonly string[]): void {
    if (this.#bare) this.#ask(this.#options.subscriptions.missing(scopes, this.#place))
  }

  want(channels: readonly string[], options: SubscribeOptions = {}, pinned = true): void {
    const { subscriptions, positions } = this.#options
    // Another filter shows another history.
    for (const channel of channels)
      if (subscriptions.has(channel) && subscriptions.isNew(channel, options)) positions.forget(channel)
    this.#ask(subscriptions.add(channels, options, pinned))
  }

  giveUp(channels: readonly string[]): void {
    this.#ask(this.#options.subscriptions.remove(channels))
  }

  /** Before the introduction there is nothing to say: it says all of it. */
  #ask(texts: readonly string[]): void {
    if (this.#introduced) this.#send(texts)
  }

  #send(texts: readonly string[]): void {
    for (const text of texts) this.#options.send(text)
  }
}
