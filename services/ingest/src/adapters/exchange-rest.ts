import type { KalshiRest } from '@whalecast/kalshi'
import type { MarketSource } from './directory/market-lookups.ts'
import type { ReadTrades } from './trades/refiller.ts'

/** The exchange's REST API as refills and the directory ask it. */
export function restSource(rest: KalshiRest): MarketSource & { readonly readTrades: ReadTrades } {
  return {
    readTrades: ({ minTs, maxTs, signal }) => rest.tradePages({ minTs, maxTs }, signal),
    openMarkets: (signal) => rest.marketPages({ status: 'open' }, signal),
    seriesFees: (signal) => rest.seriesFees(signal),
    tradingHalted: async (signal) => !(await rest.exchangeStatus(signal)).trading_active,
    async market(ticker, signal) {
      const market = await rest.market(ticker, signal)
      // The exchange drops titles from markets; only where there is none is the event worth a request of its own.
      const untitled = market?.title === market?.market_ticker || market?.title === market?.sub_title
      if (!market?.event_ticker || !untitled) return market
      const event = await rest.event(market.event_ticker, signal)
      return event?.title ? { ...market, title: event.title } : market
    },
  }
}
