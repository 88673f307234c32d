import { connectRedisBus } from '@whalecast/bus'
import { serveCalls } from '../../child/serve-calls.ts'
import { BookFeed, type FeedReport, type FeedRun } from './book-feed.ts'

export type FeedCalls = {
  readonly open: {
    readonly input: { readonly redisUrl: string; readonly tickers: readonly string[] }
    readonly output: void
  }
  readonly start: { readonly input: FeedRun; readonly output: void }
  readonly report: { readonly input: void; readonly output: FeedReport }
}

let feed: BookFeed | undefined
const opened = () => {
  if (!feed) throw new Error('the feed is not open')
  return feed
}

serveCalls<FeedCalls>({
  open: async ({ redisUrl, tickers }) => {
    feed = new BookFeed(await connectRedisBus({ url: redisUrl, instance: 'bench-feed' }), tickers)
  },
  start: (run) => opened().start(run),
  report: () => opened().report(),
})
