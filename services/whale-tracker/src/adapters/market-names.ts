import type { Bus, Disposer } from '@whalecast/bus'
import type { Market } from '@whalecast/events'
import type { MarketName } from '../domain/messages.ts'

/** Markets whose names are kept; more than trade in any window, so that the queue never asks for one twice. */
const maxNames = 20_000

/**
 * What markets are called: heard on channel `market`, or asked for once when a market was named before this
 * process began. A market nobody knows is remembered as such until its name is heard.
 */
export class MarketNames {
  private readonly bus: Bus
  private readonly onName: (marketTicker: string) => void
  private readonly known = new Map<string, MarketName | undefined>()
  private readonly asking = new Map<string, Promise<MarketName | undefined>>()
  private readonly dispose: Disposer

  /** `onName` hears of every market whose name came or changed. */
  constructor(bus: Bus, onName: (marketTicker: string) => void) {
    this.bus = bus
    this.onName = onName
    this.dispose = bus.subscribe('market', ({ data }) => this.learn(data.market_ticker, data), {
      owner: 'market-names',
    })
  }

  /** The name if it is known; if not, asks for it, and `onName` tells when it comes. */
  peek(marketTicker: string): MarketName | undefined {
    if (!this.known.has(marketTicker)) void this.find(marketTicker)
    return this.known.get(marketTicker)
  }

  /** The name, asked for if need be; undefined when nobody knows it or it cannot be asked. Never rejects. */
  async find(marketTicker: string): Promise<MarketName | undefined> {
    if (this.known.has(marketTicker)) return this.known.get(marketTicker)
    const asking = this.asking.get(marketTicker) ?? this.ask(marketTicker)
    this.asking.set(marketTicker, asking)
    return asking
  }

  close(): void {
    this.dispose()
  }

  private async ask(marketTicker: string): Promise<MarketName | undefined> {
    try {
      const message = await this.bus.latest('market', marketTicker)
      // Heard meanwhile: that is at least as new as the answer.
      if (!this.known.has(marketTicker)) this.learn(marketTicker, message?.data)
    } catch {
      // Redis did not answer. The next one who wants the name asks again.
    } finally {
      this.asking.delete(marketTicker)
    }
    return this.known.get(marketTicker)
  }

  private learn(marketTicker: string, market: Market | undefined): void {
    const before = this.known.get(marketTicker)
    this.known.delete(marketTicker)
    this.known.set(marketTicker, market)
    for (const oldest of this.known.keys()) {
      if (this.known.size <= maxNames) break
      this.known.delete(oldest)
    }
    const renamed = market?.title !== before?.title || market?.sub_title !== before?.sub_title
    if (market !== undefined && renamed) this.onName(marketTicker)
  }
}
