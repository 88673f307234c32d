import { connectRedisBus, type Bus } from '@whalecast/bus'
import { serveCalls } from './serve-calls.ts'

/** What a process answers that publishes on the bus as it is told to. */
export type FeedCalls<Run, Report> = {
  readonly open: {
    readonly input: { readonly redisUrl: string; readonly tickers: readonly string[] }
    readonly output: void
  }
  readonly start: { readonly input: Run; readonly output: void }
  readonly report: { readonly input: void; readonly output: Report }
}

/** What does the publishing, once it is open. */
export type Feed<Run, Report> = { start(run: Run): void; report(): Report }

/** Serves the feed that `make` makes of a bus and the markets to publish. */
export function serveFeed<Run, Report>(
  make: (bus: Bus, tickers: readonly string[]) => Feed<Run, Report>,
): void {
  let feed: Feed<Run, Report> | undefined
  const opened = () => {
    if (!feed) throw new Error('the feed is not open')
    return feed
  }
  serveCalls<FeedCalls<Run, Report>>({
    open: async ({ redisUrl, tickers }) => {
      feed = make(await connectRedisBus({ url: redisUrl, instance: 'bench-feed' }), tickers)
    },
    start: (run) => opened().start(run),
    report: () => opened().report(),
  })
}
