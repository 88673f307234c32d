import { decisionOf } from './decision.ts'
import { isFields, isTicker, textOf, timeMsOf, type Fields } from './fields.ts'
import type { EventLifecycle, InvalidReason, LifecycleEventType, MarketLifecycle } from './frames.ts'

const eventTypes: ReadonlySet<string> = new Set<LifecycleEventType>([
  'created',
  'activated',
  'deactivated',
  'close_date_updated',
  'determined',
  'settled',
  'price_level_structure_updated',
  'metadata_updated',
])

const isEventType = (value: unknown): value is LifecycleEventType =>
  typeof value === 'string' && eventTypes.has(value)

/** A step in a market's life, or the reason why it is none. A step of an unknown name is `unknown`. */
export function parseMarketLifecycle(fields: Fields): MarketLifecycle | InvalidReason {
  const marketTicker = fields['market_ticker']
  if (!isTicker(marketTicker)) return 'market_ticker_malformed'
  const closeAtMs = timeMsOf(fields['close_ts'])
  if (Number.isNaN(closeAtMs)) return 'time_malformed'
  const eventType = fields['event_type']
  const metadata = isFields(fields['additional_metadata']) ? fields['additional_metadata'] : {}
  const decision = decisionOf(fields['result'], fields['settlement_value'])
  return {
    market_ticker: marketTicker,
    event_type: isEventType(eventType) ? eventType : 'unknown',
    event_ticker: textOf(metadata['event_ticker']),
    title: textOf(metadata['title']) ?? textOf(metadata['name']),
    sub_title: textOf(metadata['yes_sub_title']) ?? textOf(fields['yes_sub_title']),
    close_at_ms: closeAtMs ?? null,
    result: decision.result ?? null,
    settlement_e4: decision.settlement_e4 ?? null,
  }
}

/** A new event, or the reason why it is none. */
export function parseEventLifecycle(fields: Fields): EventLifecycle | InvalidReason {
  const eventTicker = fields['event_ticker']
  if (!isTicker(eventTicker)) return 'event_ticker_malformed'
  return {
    event_ticker: eventTicker,
    series_ticker: textOf(fields['series_ticker']),
    title: textOf(fields['title']),
    sub_title: textOf(fields['subtitle']) ?? textOf(fields['sub_title']),
  }
}
