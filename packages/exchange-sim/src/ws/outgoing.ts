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
  #json: string | undefined
  #yesScaleJson: string | undefined

  constructor(event: VenueEvent) {
    this.#event = event
    this.channel = channelOf[event.type]
    this.type = event.type === 'event_listed' ? 'event_lifecycle' : this.channel
    this.ticker = tickerOf(event)
  }

  json(yesScale: boolean): string {
    if (this.#event.type === 'book' && this.#event.side === 'no' && yesScale) {
      return (this.#yesScaleJson ??= JSON.stringify(deltaMessage(this.#event, true)))
    }
    return (this.#json ??= JSON.stringify(message(this.#event)))
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
