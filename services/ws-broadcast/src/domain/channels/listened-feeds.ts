import { parseChannel } from '@whalecast/events'
import type { Feed } from './feeds.ts'

/** What each print or entry is held against, one by one: a filter, or what tickers begin with. */
export const isSelective = ({ channel, filter }: Pick<Feed, 'channel' | 'filter'>): boolean =>
  filter !== undefined || parseChannel(channel)?.prefix !== undefined

/** The feeds of this replica that somebody listens to. */
export class ListenedFeeds {
  readonly #byChannel = new Map<string, Set<string>>()
  readonly #selective = new Set<string>()

  /** How many filters and wildcards entries are held against. */
  get selective(): number {
    return this.#selective.size
  }

  onListened(feed: Feed, listened: boolean): void {
    const { name, channel } = feed
    if (listened) {
      const names = this.#byChannel.get(channel)
      if (names) names.add(name)
      else this.#byChannel.set(channel, new Set([name]))
      if (isSelective(feed)) this.#selective.add(name)
      return
    }
    this.#selective.delete(name)
    const names = this.#byChannel.get(channel)
    names?.delete(name)
    if (names?.size === 0) this.#byChannel.delete(channel)
  }

  /** Whether somebody listens to a channel in whatever form. */
  hasChannel(channel: string): boolean {
    return this.#byChannel.has(channel)
  }

  hasSelective(name: string): boolean {
    return this.#selective.has(name)
  }
}
