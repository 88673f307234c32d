import type { Book, Trade, TradingState, Whale } from '@whalecast/events'
import { sampleOrderItem, samplePositionDetail, sampleTradingState } from '@whalecast/events/testing'

/** The whale of a number; every third is small. */
export function whaleOf(number: number): Whale {
  const nowMs = Date.now()
  return {
    whale_id: `w${number}`,
    market_ticker: `KXBENCH-${number % 10}`,
    side: number % 2 === 0 ? 'yes' : 'no',
    price_cents: 1 + (number % 98),
    count: 20_000,
    cost_dollars: 12_400,
    payout_dollars: 20_000,
    is_block_trade: false,
    timestamp_ms: nowMs,
    received_at_ms: nowMs,
    title: 'Will it rain in the city of the benchmark tomorrow?',
    event_ticker: 'KXBENCH',
    risk_dollars: 19_400,
    whale_size_dollars: 20_000,
    severity: number % 3 === 0 ? 'S4' : 'S2',
    severity_reason: '20,000 contracts',
    detected_at_ms: nowMs,
  }
}

/** The account of a version: positions and orders come, change and go, so that its changes are of every kind. */
export function tradingStateOf(version: number): TradingState {
  const held = Array.from({ length: version % 7 }, (_, at) => `KXBENCH-${(version + at) % 12}`)
  const waiting = Array.from({ length: version % 4 }, (_, at) => `o${Math.floor(version / 3) + at}`)
  return sampleTradingState(version, {
    positions: held,
    position_count: held.length,
    positions_details: held.map((ticker) => samplePositionDetail(ticker, { position: version })),
    order_list: waiting.map((id) => sampleOrderItem(id)),
    order_count: waiting.length,
  })
}

/** The print of a number. */
export function tradeOf(number: number): Trade {
  const nowMs = Date.now()
  return {
    trade_id: `t${number}`,
    market_ticker: `KXBENCH-${number % 10}`,
    taker_side: number % 2 === 0 ? 'yes' : 'no',
    yes_price_e4: 100 * (1 + (number % 98)),
    count_e2: 40_000,
    is_block_trade: false,
    executed_at_ms: nowMs,
    received_at_ms: nowMs,
  }
}

/** The market whose book is published. */
export const bookTicker = 'KXBENCH-1'
/** Its book, as clients name it. */
export const bookChannel = `book:${bookTicker}`

/** The book of a version: levels come, change and go on both sides. */
export function bookOf(version: number): Book {
  const side = (best: number) =>
    Array.from({ length: 8 }, (_, at) => ({
      price_cents: best - at - (at > version % 5 ? 1 : 0),
      count: 100 + ((version * (at + 3)) % 4),
    }))
  const [yesBid, noBid] = [30 + (version % 9), 40 + (version % 7)]
  return {
    market_ticker: bookTicker,
    state: 'live',
    yes: side(yesBid),
    no: side(noBid),
    best_yes_bid_cents: yesBid,
    best_yes_ask_cents: 100 - noBid,
    spread_cents: 100 - noBid - yesBid,
    mid_cents: (100 - noBid + yesBid) / 2,
    yes_depth: 800 + version,
    no_depth: 900,
    timestamp_ms: 1_790_000_000_000 + version,
  }
}
