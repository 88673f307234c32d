import { serveFeed, type FeedCalls } from '../../child/serve-feed.ts'
import { BookFeed, type FeedReport, type FeedRun } from './book-feed.ts'

export type BookFeedCalls = FeedCalls<FeedRun, FeedReport>

serveFeed((bus, tickers) => new BookFeed(bus, tickers))
