import { connectRedisBus, type Bus } from '@whalecast/bus'
import { serveCalls } from '../../child/serve-calls.ts'
import { TradeFeed, type FeedReport, type FeedRun } from './trade-feed.ts'

export type FeedCalls = {
  readonly open: {
    readonly input: { readonly redisUrl: string; readonly tickers: readonly string[] }
    readonly output: void
  }
  readonly start: { readonly input: FeedRun; readonly output: void }
  readonly report: { readonly input: void; readonly output: FeedReport }
}

let feed: TradeFeed | undefined
const opened = () => {
  if (!feed) throw new Error('the feed is not open')
  return feed
}

serveCalls<FeedCalls>({
  open: async ({ redisUrl, tickers }) => {
    const bus: Bus = await connectRedisBus({ url: redisUrl, instance: 'bench-feed' })
    feed = new TradeFeed(bus, tickers)
  },
  start: (run) => opened().start(run),
  report: () => opened().report(),
})
