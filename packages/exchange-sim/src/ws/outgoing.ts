import type { VenueEvent } from '../venue/venue-events.ts'
import type { ChannelName } from './channels.ts'
import { deltaMessage, eventMessage, lifecycleMessage, tickerMessage, tradeMessage } from './payloads.ts'

const channelOf = {
  trade: 'trade',
  ticker: 'ticker',
  book: 'orderbook_delta',
  lifecycle: 'market_lifecycle_v2',
  event_listed: 'market_lifecycle_v2',
} as const satisfies Record<VenueEvent['type'], ChannelName>

/** A venue event on its way to the clients: put into JSON when the first of them wants it, and only once. */
export class Outgoing {
  readonly #event: VenueEvent
  readonly channel: ChannelName
  readonly type: string
  readonly ticker: string | undefined
  /** The account whose order caused it, if one did. */
  readonly causeId: string | undefined
  #json: string | undefined
  #yesScaleJson: string | undefined

  constructor(event: VenueEvent) {
    this.#event = event
    this.channel = channelOf[event.type]
    this.type = event.type === 'event_listed' ? 'event_lifecycle' : this.channel
    this.ticker = tickerOf(event)
    this.causeId = event.type === 'book' ? event.cause?.accountId : undefined
  }

  json(yesScale: boolean): string {
    if (this.#event.type === 'book' && this.#event.side === 'no' && yesScale) {
      return (this.#yesScaleJson ??= JSON.stringify(deltaMessage(this.#event, true)))
    }
    return (this.#json ??= JSON.stringify(message(this.#event)))
  }

  /** The same as the account that caused it is told it: with the order of its that did. */
  ownJson(yesScale: boolean): string {
    if (this.#event.type !== 'book') return this.json(yesScale)
    const clientOrderId = this.#event.cause?.clientOrderId
    return JSON.stringify({
      ...deltaMessage(this.#event, yesScale),
      ...(clientOrderId !== undefined && { client_order_id: clientOrderId }),
      subaccount: 0,
    })
  }
}

function tickerOf(event: VenueEvent): string | undefined {
  if (event.type === 'trade') return event.trade.ticker
  return event.type === 'event_listed' ? undefined : event.market.ticker
}

function message(event: VenueEvent): object {
  if (event.type === 'trade') return tradeMessage(event.trade)
  if (event.type === 'book') return deltaMessage(event, false)
  if (event.type === 'ticker') return tickerMessage(event.market, event.tsMs)
  if (event.type === 'lifecycle') return lifecycleMessage(event.market, event.step, event.tsMs)
  return eventMessage(event.event)
}
