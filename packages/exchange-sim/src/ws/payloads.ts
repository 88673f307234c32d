import type { ListedEvent, Strike } from '../venue/listing.ts'
import type { Market } from '../venue/market.ts'
import type { Outcome } from '../venue/outcome.ts'
import type { PriceGrid } from '../venue/price-grid.ts'
import type { Trade } from '../venue/trade-history.ts'
import { dollarE4, formatCount, formatInstant, formatPrice } from '../venue/units.ts'
import type { LifecycleStep } from '../venue/venue-events.ts'

const seconds = (ms: number) => Math.floor(ms / 1_000)

export function tradeMessage(trade: Trade) {
  return {
    trade_id: trade.id,
    market_ticker: trade.ticker,
    yes_price_dollars: formatPrice(trade.yesPriceE4),
    no_price_dollars: formatPrice(dollarE4 - trade.yesPriceE4),
    count_fp: formatCount(trade.countE2),
    taker_side: trade.takerSide,
    taker_outcome_side: trade.takerSide,
    taker_book_side: trade.takerSide === 'yes' ? 'bid' : 'ask',
    is_block_trade: trade.isBlock,
    ts: seconds(trade.tsMs),
    ts_ms: trade.tsMs,
  }
}

export function tickerMessage(market: Market, tsMs: number) {
  const ticker = market.tickerState()
  // Dollar totals are half of the contract totals, as on the exchange: each side stakes part of a dollar.
  return {
    market_id: market.listing.marketId,
    market_ticker: market.ticker,
    price_dollars: formatPrice(ticker.lastPriceE4),
    yes_bid_dollars: formatPrice(ticker.bidE4),
    yes_ask_dollars: formatPrice(ticker.askE4),
    volume_fp: formatCount(ticker.volumeE2),
    open_interest_fp: formatCount(ticker.openInterestE2),
    dollar_volume: Math.floor(ticker.volumeE2 / 200),
    dollar_open_interest: Math.floor(ticker.openInterestE2 / 200),
    yes_bid_size_fp: formatCount(ticker.bidSizeE2),
    yes_ask_size_fp: formatCount(ticker.askSizeE2),
    last_trade_size_fp: formatCount(ticker.lastSizeE2),
    ts: seconds(tsMs),
    ts_ms: tsMs,
    time: formatInstant(tsMs),
  }
}

/** Both sides as bids; a side without bids is left out. `yesScale` puts NO levels on the YES price scale. */
export function snapshotMessage(market: Market, yesScale: boolean) {
  const levels = (side: Outcome) =>
    market.book
      .levels(side)
      .map(([priceE4, countE2]) => [scaled(side, priceE4, yesScale), formatCount(countE2)])
  return {
    market_ticker: market.ticker,
    market_id: market.listing.marketId,
    ...(market.book.depth('yes') > 0 && { yes_dollars_fp: levels('yes') }),
    ...(market.book.depth('no') > 0 && { no_dollars_fp: levels('no') }),
  }
}

export function deltaMessage(
  change: { market: Market; side: Outcome; priceE4: number; deltaE2: number; tsMs: number },
  yesScale: boolean,
) {
  return {
    market_ticker: change.market.ticker,
    market_id: change.market.listing.marketId,
    price_dollars: scaled(change.side, change.priceE4, yesScale),
    delta_fp: formatCount(change.deltaE2),
    side: change.side,
    ts: formatInstant(change.tsMs),
    ts_ms: change.tsMs,
  }
}

export function lifecycleMessage(market: Market, step: LifecycleStep, tsMs: number) {
  return { market_ticker: market.ticker, event_type: step, ...lifecycleDetails[step](market, tsMs) }
}

export function eventMessage(event: ListedEvent) {
  return {
    event_ticker: event.ticker,
    exchange_index: 0,
    title: event.title,
    subtitle: event.subTitle,
    collateral_return_type: event.exclusive ? 'MECNET' : '',
    series_ticker: event.seriesTicker,
  }
}

/** Price ranges as REST and the lifecycle channel write them. */
export function priceRanges(grid: PriceGrid) {
  return grid.ranges.map(({ startE4, endE4, stepE4 }) => ({
    start: formatPrice(startE4),
    end: formatPrice(endE4),
    step: formatPrice(stepE4),
  }))
}

/** Strike fields as REST and the lifecycle channel write them. */
export function strikeFields(strike: Strike | undefined) {
  return {
    ...(strike && { strike_type: strike.type }),
    ...(strike?.floor !== undefined && { floor_strike: strike.floor }),
    ...(strike?.cap !== undefined && { cap_strike: strike.cap }),
  }
}

/** What a settled market pays per YES contract, in dollars. */
export function settlementValue(market: Market): string {
  return formatPrice(market.result === 'yes' ? dollarE4 : 0)
}

/** The keys each step of a market's life adds to its message. */
const lifecycleDetails: Record<LifecycleStep, (market: Market, tsMs: number) => object> = {
  created: ({ listing, closeMs }) => ({
    exchange_index: 0,
    open_ts: seconds(listing.openMs),
    close_ts: seconds(closeMs),
    additional_metadata: {
      name: listing.yesSubTitle,
      title: listing.title,
      yes_sub_title: listing.yesSubTitle,
      no_sub_title: listing.yesSubTitle,
      rules_primary: listing.rules,
      rules_secondary: '',
      can_close_early: true,
      event_ticker: listing.eventTicker,
      expected_expiration_ts: seconds(listing.expectedExpirationMs),
      ...strikeFields(listing.strike),
    },
    price_level_structure: listing.grid.structure,
    price_ranges: priceRanges(listing.grid),
  }),
  activated: () => ({ is_deactivated: false }),
  deactivated: () => ({ is_deactivated: true }),
  close_date_updated: ({ closeMs }) => ({ close_ts: seconds(closeMs) }),
  determined: (market, tsMs) => ({
    determination_ts: seconds(tsMs),
    result: market.result,
    settlement_value: settlementValue(market),
  }),
  settled: (_market, tsMs) => ({ settled_ts: seconds(tsMs) }),
}

function scaled(side: Outcome, priceE4: number, yesScale: boolean): string {
  return formatPrice(side === 'no' && yesScale ? dollarE4 - priceE4 : priceE4)
}
