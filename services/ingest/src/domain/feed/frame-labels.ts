import type { ExchangeFrame } from '@whalecast/kalshi'
import type { FeedChannel } from './subscriptions.ts'

/** The channel on which a type of frame is sent. */
const channels: Readonly<Record<string, FeedChannel>> = {
  trade: 'trade',
  ticker: 'ticker',
  orderbook_snapshot: 'orderbook_delta',
  orderbook_delta: 'orderbook_delta',
  market_lifecycle_v2: 'market_lifecycle_v2',
  event_lifecycle: 'market_lifecycle_v2',
  event_fee_update: 'market_lifecycle_v2',
  fill: 'fill',
  market_position: 'market_positions',
  user_order: 'user_orders',
}

const controlTypes: ReadonlySet<string> = new Set(['subscribed', 'ok', 'unsubscribed', 'error'])

const isData = (type: string): boolean => Object.hasOwn(channels, type)

/** The channel of a data frame; undefined for answers and strangers. */
export function channelOfType(type: string | undefined): FeedChannel | undefined {
  return type !== undefined && isData(type) ? channels[type] : undefined
}

/** A frame's type as a metric's label: what the exchange may send, or `other`, so that no server can grow the metric. */
export function frameLabel(type: string | undefined): string {
  return type !== undefined && (isData(type) || controlTypes.has(type)) ? type : 'other'
}

/** What became of a frame that is no trade. Every frame gets exactly one outcome. */
export function outcomeOf(frame: ExchangeFrame, fresh: boolean): string {
  if (frame.kind === 'invalid') return `invalid_${frame.reason}`
  if (frame.kind === 'unknown') return 'unknown'
  return fresh ? 'accepted' : 'duplicate'
}
