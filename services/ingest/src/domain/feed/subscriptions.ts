/** The channels that are limited to some markets. */
export const marketChannels = ['orderbook_delta', 'ticker'] as const
export type MarketChannel = (typeof marketChannels)[number]
/** The channels that tell of the account. */
export const accountChannels = ['fill', 'market_positions', 'user_orders'] as const
export type AccountChannel = (typeof accountChannels)[number]
/** The exchange's channels that ingest follows. */
export type FeedChannel = 'trade' | 'market_lifecycle_v2' | MarketChannel | AccountChannel

export function isMarketChannel(channel: FeedChannel): channel is MarketChannel {
  return channel === 'orderbook_delta' || channel === 'ticker'
}

export function isAccountChannel(channel: FeedChannel): channel is AccountChannel {
  return channel === 'fill' || channel === 'market_positions' || channel === 'user_orders'
}

/** A subscription that has to be asked for (again). */
export type Request = { readonly channel: FeedChannel; readonly atMs: number }

type Line = {
  /** Id of the command that is not answered yet. */
  id: number | null
  sid: number | null
  /** The subscription that died last; what still comes of it proves nothing. */
  deadSid: number | null
  /** When to ask (again); null while asked or live. */
  dueAtMs: number | null
  askedAtMs: number
  failures: number
  failedAtMs: number
}

/** An answer that takes longer is not coming: the exchange's own command timeout is below it. */
export const answerWithinMs = 10_000
const firstRetryMs = 500
const maxRetryMs = 30_000
/** A failure after this much peace is a new story, not the next of the old one. */
const peaceMs = 60_000

/**
 * The subscriptions of one connection, each on its own command so that one refusal harms no other. A channel is
 * wanted → asked → live → (terminal error) wanted again. Replies are told apart by id and sid, never by their order:
 * data may come before the answer.
 */
export class Subscriptions {
  readonly #lines = new Map<FeedChannel, Line>()
  #lastId = 0

  constructor(channels: readonly FeedChannel[], nowMs: number) {
    for (const channel of channels) {
      this.#lines.set(channel, {
        id: null,
        sid: null,
        deadSid: null,
        dueAtMs: nowMs,
        askedAtMs: nowMs,
        failures: 0,
        failedAtMs: -Infinity,
      })
    }
  }

  /** Channels whose time to be asked for has come. */
  due(nowMs: number): FeedChannel[] {
    return [...this.#lines]
      .filter(([, line]) => (line.dueAtMs ?? Infinity) <= nowMs)
      .map(([channel]) => channel)
  }

  /** The id of a further command on this connection. */
  nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }

  /** The channel is being asked for; returns the id of the command. */
  ask(channel: FeedChannel, nowMs: number): number {
    this.nextId()
    const line = this.#lines.get(channel)
    if (line !== undefined) {
      line.id = this.#lastId
      line.askedAtMs = nowMs
      line.dueAtMs = null
    }
    return this.#lastId
  }

  /** The channel's command was answered. True when the channel was not live before. */
  answered(channel: FeedChannel, sid: number | null): boolean {
    const line = this.#lines.get(channel)
    if (line === undefined) return false
    const news = line.id !== null
    line.id = null
    line.deadSid = null
    line.sid = sid ?? line.sid
    return news
  }

  /** Data came, which proves a subscription as well as its answer does. True when the channel was not live before. */
  seen(channel: FeedChannel, sid: number | undefined): boolean {
    const line = this.#lines.get(channel)
    if (line === undefined || sid === undefined || sid === line.sid || sid === line.deadSid) return false
    return this.answered(channel, sid)
  }

  /** Whose command this id is; undefined for an answer to nothing that is asked. */
  asked(id: number): FeedChannel | undefined {
    return [...this.#lines].find(([, line]) => line.id === id)?.[0]
  }

  /** Whose subscription this is; undefined for an unknown sid. */
  channelOf(sid: number): FeedChannel | undefined {
    return [...this.#lines].find(([, line]) => line.sid === sid)?.[0]
  }

  /** The channel's command was refused or its subscription died. At once the first time, then with growing delay. */
  failed(channel: FeedChannel, nowMs: number): Request | undefined {
    const line = this.#lines.get(channel)
    if (line === undefined) return undefined
    line.failures = nowMs - line.failedAtMs > peaceMs ? 0 : line.failures + 1
    line.failedAtMs = nowMs
    line.id = null
    line.deadSid = line.sid
    line.sid = null
    const delayMs = line.failures === 0 ? 0 : Math.min(maxRetryMs, firstRetryMs * 2 ** (line.failures - 1))
    line.dueAtMs = nowMs + delayMs
    return { channel, atMs: line.dueAtMs }
  }

  /** The exchange will not give the channel to this key: it is not asked for again on this connection. */
  refused(channel: FeedChannel): void {
    const line = this.#lines.get(channel)
    if (line === undefined) return
    line.id = null
    line.sid = null
    line.dueAtMs = null
  }

  /** The channel's subscription; undefined while there is none. */
  sidOf(channel: FeedChannel): number | undefined {
    return this.#lines.get(channel)?.sid ?? undefined
  }

  /** A channel that was asked for and got no answer in time, counted from `readingSinceMs` where that is later. */
  unanswered(nowMs: number, readingSinceMs = 0): FeedChannel | undefined {
    const late = ({ id, askedAtMs }: Line) =>
      id !== null && nowMs - Math.max(askedAtMs, readingSinceMs) > answerWithinMs
    return [...this.#lines].find(([, line]) => late(line))?.[0]
  }
}
