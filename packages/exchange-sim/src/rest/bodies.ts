import { standardFees } from '../venue/fees.ts'
import type { ListedEvent, Series } from '../venue/listing.ts'
import type { Market } from '../venue/market.ts'
import type { Outcome } from '../venue/outcome.ts'
import type { Trade } from '../venue/trade-history.ts'
import { dollarE4, formatCount, formatInstant, formatPrice, formatSecond } from '../venue/units.ts'
import { priceRanges, settlementValue, strikeFields } from '../ws/payloads.ts'

export function marketBody(market: Market, nowMs: number) {
  const { listing } = market
  const quote = market.quote()
  const expiration = formatSecond(Math.max(listing.expectedExpirationMs, market.closeMs))
  return {
    ticker: market.ticker,
    event_ticker: listing.eventTicker,
    market_type: 'binary',
    title: listing.title,
    subtitle: listing.yesSubTitle,
    yes_sub_title: listing.yesSubTitle,
    no_sub_title: listing.yesSubTitle,
    created_time: formatInstant(listing.createdMs),
    updated_time: formatInstant(market.updatedMs),
    open_time: formatSecond(listing.openMs),
    close_time: formatSecond(market.closeMs),
    expected_expiration_time: formatSecond(listing.expectedExpirationMs),
    latest_expiration_time: expiration,
    expiration_time: expiration,
    settlement_timer_seconds: listing.settlementTimerS,
    status: market.status,
    result: market.result,
    can_close_early: true,
    expiration_value: '',
    ...(market.result !== '' && { settlement_value_dollars: settlementValue(market) }),
    ...(market.settledMs !== undefined && { settlement_ts: formatInstant(market.settledMs) }),
    settlement_bounds_type: 'default',
    notional_value_dollars: formatPrice(dollarE4),
    yes_bid_dollars: formatPrice(quote.bidE4),
    yes_ask_dollars: formatPrice(quote.askE4),
    no_bid_dollars: formatPrice(dollarE4 - quote.askE4),
    no_ask_dollars: formatPrice(dollarE4 - quote.bidE4),
    yes_bid_size_fp: formatCount(quote.bidSizeE2),
    yes_ask_size_fp: formatCount(quote.askSizeE2),
    last_price_dollars: formatPrice(market.lastPriceE4),
    previous_price_dollars: formatPrice(listing.history.lastPriceE4),
    previous_yes_bid_dollars: formatPrice(listing.history.lastPriceE4),
    previous_yes_ask_dollars: formatPrice(listing.history.lastPriceE4),
    volume_fp: formatCount(market.volumeE2),
    volume_24h_fp: formatCount(market.volume24hE2(nowMs)),
    open_interest_fp: formatCount(market.openInterestE2),
    rules_primary: listing.rules,
    rules_secondary: '',
    price_level_structure: listing.grid.structure,
    price_ranges: priceRanges(listing.grid),
    ...strikeFields(listing.strike),
    exchange_index: 0,
  }
}

export function eventBody(event: ListedEvent) {
  return {
    event_ticker: event.ticker,
    series_ticker: event.seriesTicker,
    title: event.title,
    sub_title: event.subTitle,
    collateral_return_type: event.exclusive ? 'MECNET' : '',
    mutually_exclusive: event.exclusive,
    settlement_sources: [],
    category: event.category,
    last_updated_ts: formatInstant(event.updatedMs),
    available_on_brokers: true,
    exchange_index: 0,
  }
}

export function seriesBody(series: Series, volumeE2: number | undefined) {
  const { type, multiplier } = series.fees ?? standardFees
  return {
    ticker: series.ticker,
    title: series.title,
    frequency: series.frequency,
    category: series.category,
    categories: [series.category],
    tags: series.tags,
    settlement_sources: [],
    contract_url: '',
    contract_terms_url: '',
    fee_type: type,
    fee_multiplier: multiplier,
    additional_prohibitions: [],
    ...(volumeE2 !== undefined && { volume_fp: formatCount(volumeE2) }),
    exchange_index: 0,
  }
}

export function tradeBody(trade: Trade) {
  return {
    trade_id: trade.id,
    ticker: trade.ticker,
    count_fp: formatCount(trade.countE2),
    yes_price_dollars: formatPrice(trade.yesPriceE4),
    no_price_dollars: formatPrice(dollarE4 - trade.yesPriceE4),
    taker_side: trade.takerSide,
    taker_outcome_side: trade.takerSide,
    taker_book_side: trade.takerSide === 'yes' ? 'bid' : 'ask',
    is_block_trade: trade.isBlock,
    created_time: formatInstant(trade.tsMs),
  }
}

/** Both sides as ascending bids; `depth` keeps the best so many, 0 keeps all. */
export function orderBookBody(market: Market, depth: number) {
  const levels = (side: Outcome) =>
    market.book
      .levels(side)
      .slice(depth > 0 ? -depth : 0)
      .map(([priceE4, countE2]) => [formatPrice(priceE4), formatCount(countE2)])
  return { yes_dollars: levels('yes'), no_dollars: levels('no') }
}
