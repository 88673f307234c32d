import { serveFeed, type FeedCalls } from '../../child/serve-feed.ts'
import { TradeFeed, type FeedReport, type FeedRun } from './trade-feed.ts'

export type TradeFeedCalls = FeedCalls<FeedRun, FeedReport>

serveFeed((bus, tickers) => new TradeFeed(bus, tickers))
