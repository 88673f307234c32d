import type { Bus, Fence, LatestResult } from '@whalecast/bus'
import type { Account, Book, ChannelOf, Market, Session, TradingState } from '@whalecast/events'
import { unlessAborted, type Clock, type Logger } from '@whalecast/runtime'
import { TradingDesk, type Surroundings } from './domain/trading/trading-desk.ts'

/** How often it is looked whether what was told is still there: a Redis that came back empty gets it again. */
const lookForLossEveryMs = 10_000
/** A market's title and closing time are read again after this long; sooner while nothing is known of it. */
const marketStaleMs = 60_000

export type TradingDeps = {
  readonly bus: Bus
  readonly fence: Fence
  /** Aborts when this process leads no longer. */
  readonly over: AbortSignal
  readonly now: Clock
  readonly logger: Logger
  /** At most one state is told at each of these times. */
  readonly ticks: AsyncIterable<number>
  readonly told: (outcome: string) => void
  /** Another reporter has taken over. */
  readonly deposed: () => void
}

/** Tells the trading state whenever it is another one, until the term is over. */
export async function reportTrading(deps: TradingDeps): Promise<void> {
  const { bus, over, now, ticks } = deps
  const stored = await unlessAborted(Promise.all([bus.latest('trading_state'), bus.latest('session')]), over)
  if (!stored) return
  const [state, session] = stored
  const desk = new TradingDesk({ state: state?.data, session: session?.data })
  const teller = new Teller(deps, state?.data, session?.data)
  const markets = new MarketsHeld(bus)
  let account: Account | undefined
  const dispose = bus.subscribe('account', ({ data }) => {
    account = data
  })
  const look = async () => {
    if (!account) return
    const known = account
    const tickers = known.positions.map(({ market_ticker }) => market_ticker)
    const around = await unlessAborted(markets.read(tickers, now()), over)
    if (!around) return
    const next = desk.look(known, around, now())
    await teller.tell(next, desk.sessionState)
    await teller.restoreLost(now())
  }
  try {
    for await (const _ of ticks) await look()
  } finally {
    dispose()
  }
}

/** What is known of the markets in which something is held, and of no others. */
class MarketsHeld {
  private readonly bus: Bus
  private readonly markets = new Map<string, { readonly market: Market; readonly atMs: number }>()

  constructor(bus: Bus) {
    this.bus = bus
  }

  async read(tickers: readonly string[], nowMs: number): Promise<Surroundings> {
    for (const ticker of this.markets.keys()) if (!tickers.includes(ticker)) this.markets.delete(ticker)
    const books = new Map<string, Book>()
    const reading = tickers.map(async (ticker) => {
      const known = this.markets.get(ticker)
      const isFresh = known !== undefined && nowMs - known.atMs < marketStaleMs
      const [book, market] = await Promise.all([
        this.bus.latest('book', ticker),
        isFresh ? undefined : this.bus.latest('market', ticker),
      ])
      if (book) books.set(ticker, book.data)
      if (market) this.markets.set(ticker, { market: market.data, atMs: nowMs })
    })
    await Promise.all(reading)
    return { books, markets: new Map([...this.markets].map(([ticker, { market }]) => [ticker, market])) }
  }
}

/** Puts what was found where everyone can read it. */
class Teller {
  private readonly deps: TradingDeps
  private state: TradingState | undefined
  private session: Session | undefined
  private sessionVersion = 0
  private lookedAtMs: number | undefined
  /** Nobody knows whether the newest state arrived. */
  private isUncertain = false

  constructor(deps: TradingDeps, state: TradingState | undefined, session: Session | undefined) {
    this.deps = deps
    this.state = state
    this.session = session
  }

  async tell(state: TradingState | undefined, session: Session | undefined): Promise<void> {
    // Where the session stands goes first: a state without it could not be continued.
    if (session && JSON.stringify(session) !== JSON.stringify(this.session)) {
      this.session = session
      this.sessionVersion += 1
      await this.putSession(session)
    }
    if (state) this.state = state
    if (this.state && (state || this.isUncertain)) await this.putState(this.state)
  }

  async restoreLost(nowMs: number): Promise<void> {
    const { bus, over } = this.deps
    if (this.lookedAtMs !== undefined && nowMs - this.lookedAtMs < lookForLossEveryMs) return
    this.lookedAtMs = nowMs
    const held = await unlessAborted(Promise.all([bus.latest('trading_state'), bus.latest('session')]), over)
    if (!held) return
    if (!held[0] && this.state) await this.putState(this.state)
    if (!held[1] && this.session) await this.putSession(this.session)
  }

  private async putState(data: TradingState): Promise<void> {
    const { bus, fence, told } = this.deps
    const options = { fence, version: data.version }
    const result = await this.put(
      'trading_state',
      bus.put('trading_state', { type: 'trading_state', data }, options),
    )
    this.isUncertain = result?.status === 'unconfirmed'
    if (result) told(result.status)
  }

  private async putSession(data: Session): Promise<void> {
    const { bus, fence } = this.deps
    const options = { fence, version: this.sessionVersion }
    await this.put('session', bus.put('session', { type: 'session', data }, options))
  }

  private async put(channel: ChannelOf<'latest'>, sent: Promise<LatestResult>) {
    const { over, logger, deposed } = this.deps
    const result = await unlessAborted(sent, over)
    if (result?.status === 'rejected') {
      if (result.reason === 'invalid') logger.error('it does not fit its schema', { channel })
      else deposed()
    }
    return result
  }
}
