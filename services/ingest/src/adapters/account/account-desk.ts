import type { Bus, Fence } from '@whalecast/bus'
import { tellSettlement, type Account, type Settlement } from '@whalecast/events'
import {
  KalshiApiError,
  type AccountFill,
  type OrderUpdate,
  type PortfolioReads,
  type PositionUpdate,
} from '@whalecast/kalshi'
import { ticks, unlessAborted, type Logger } from '@whalecast/runtime'
import type { Counters } from '../../counters.ts'
import { tellAccountFill, tellSync } from '../../domain/account/account-activities.ts'
import { AccountBook, type ReadingNews } from '../../domain/account/account-book.ts'
import { toActivity, type Told } from '../../domain/activities.ts'
import type { IngestRecord } from '../../record.ts'
import type { Announcer } from '../announcer.ts'
import { Wake } from '../wake.ts'

/** Inside the 20 to 30 s that the screens promise, and five reads of 10 tokens out of 200 a second. */
const syncEveryMs = 25_000
/** A reading that could not be trusted or is missing something is repeated this soon. REST lags by about a second. */
const syncSoonMs = 3_000
/** Screens show the account once a second; faster is for nobody. */
const publishEveryMs = 250
/** A first reading of fills goes back this far, unless an earlier publisher knew more. */
const firstFills = 100
/** Pages of a hundred: the rest of a history that is longer is left where it is. */
const maxPages = 20
/** The key may not read the account, or this exchange keeps none: asking again would change neither. */
const noAccount: ReadonlySet<number | null> = new Set([403, 404, 501])

export type AccountDeps = {
  readonly portfolio: PortfolioReads
  readonly stored: Account | undefined
  readonly bus: Bus
  readonly fence: Fence
  readonly announcer: Announcer
  readonly record: IngestRecord
  readonly counters: Counters
  readonly logger: Logger
  readonly now: () => number
}

/**
 * Follows the account behind the key: reads it whole, takes what the private channels tell in between, publishes it
 * when it changed. A key that may not read it is asked once; then there is no account, and that is no fault.
 */
export class AccountDesk {
  readonly #deps: AccountDeps
  readonly #book: AccountBook
  readonly #soon = new Wake()
  #version = 0
  #dirty = false

  constructor(deps: AccountDeps) {
    this.#deps = deps
    this.#book = new AccountBook(deps.stored)
  }

  /** Whether there is an account whose private channels are worth a subscription. */
  get isFollowed(): boolean {
    return this.#deps.record.account.access === 'granted'
  }

  /** A frame of `fill`. */
  onFill(fill: AccountFill): void {
    const { record } = this.#deps
    record.account.fills += 1
    this.#touched()
    if (this.#book.onFill(fill)) this.#tellFill(fill)
  }

  /** A frame of `market_positions`. */
  onPosition(update: PositionUpdate): void {
    this.#deps.record.account.positions += 1
    this.#touched()
    if (!this.#book.onPosition(update, this.#deps.now())) this.#soon.ring()
  }

  /** A frame of `user_orders`. */
  onOrder(update: OrderUpdate): void {
    this.#deps.record.account.orders += 1
    this.#touched()
    this.#book.onOrder(update, this.#deps.now())
  }

  /** The private channels flow now, or no more. What they did not tell in between has to be read. */
  onListening(listening: boolean): void {
    const { account } = this.#deps.record
    if (account.listening === listening) return
    account.listening = listening
    this.#dirty = true
    if (!listening) return
    account.connections += 1
    this.#soon.ring()
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#sync(signal), this.#publish(signal)])
  }

  async #sync(signal: AbortSignal): Promise<void> {
    const { record } = this.#deps
    while (!signal.aborted && record.account.access !== 'refused') {
      const again = await this.#readOnce(signal)
      const soon = again === 'soon' || (await this.#soon.wait(signal, syncEveryMs))
      // Long enough for REST to have caught up with whatever rang, and a bound on how often it can.
      if (soon) await new Wake().wait(signal, syncSoonMs)
    }
  }

  /** Reads the whole account; `soon` when that has to be repeated before its time. */
  async #readOnce(signal: AbortSignal): Promise<'soon' | 'later'> {
    const { counters, record, logger, now } = this.#deps
    const readAtMs = now()
    try {
      const news = this.#book.onReading({ readAtMs, ...(await this.#read(signal)) })
      record.account.syncedAtMs = readAtMs
      record.account.lastError = ''
      record.account.access = 'granted'
      counters.syncs.inc({ outcome: news.quiet ? 'complete' : 'unsettled' })
      this.#tell(news)
      return news.quiet ? 'later' : 'soon'
    } catch (error) {
      if (signal.aborted) return 'later'
      const refused = error instanceof KalshiApiError && noAccount.has(error.status)
      counters.syncs.inc({ outcome: refused ? 'refused' : 'failed' })
      const reason = error instanceof Error ? error.message : String(error)
      if (refused) {
        record.account.access = 'refused'
        logger.info('there is no account that this key may read', { error: reason })
      } else if (record.account.lastError === '') {
        logger.warn('the account cannot be read', { error: reason })
      }
      record.account.lastError = reason
      return 'later'
    }
  }

  async #read(signal: AbortSignal) {
    const { portfolio } = this.#deps
    const fromMs = this.#book.readFromMs
    const minTs = fromMs === undefined ? undefined : Math.floor(fromMs / 1_000)
    // The balance first: what is matched after it shows in the fills, and not the other way round.
    const balanceE6 = await portfolio.balance(signal)
    const positions = await portfolio.positions(signal)
    const orders = await portfolio.restingOrders(signal)
    const fills = await rows(portfolio.fillPages(minTs, signal), minTs === undefined ? firstFills : Infinity)
    const settlements = await rows(portfolio.settlementPages(minTs, signal))
    signal.throwIfAborted()
    return { balanceE6, positions, orders, fills, settlements }
  }

  #tell(news: ReadingNews): void {
    for (const fill of news.fills) this.#tellFill(fill)
    for (const settlement of news.settlements) this.#tellSettlement(settlement)
    const account = this.#account()
    if (account !== undefined) {
      const { balance_e6: balanceE6, positions, orders } = account
      const totals = { balanceE6, positions: positions.length, orders: orders.length }
      const told = tellSync(news, totals)
      if (told !== undefined) this.#announce(told, this.#deps.announcer.nextId('sync'))
    }
    this.#dirty = true
  }

  /** Under an id of its own making, so that a fill told by the socket and by REST, here or by another, is told once. */
  #tellFill(fill: AccountFill): void {
    this.#announce(tellAccountFill(fill), `order_fill-${fill.fill_id}-${fill.order_id}`)
  }

  #tellSettlement(one: Settlement): void {
    this.#announce(tellSettlement(one), `settlement-${one.market_ticker}-${one.settled_at_ms}`)
  }

  #announce(told: Told, id: string): void {
    const { announcer, logger, now } = this.#deps
    logger.info(told.message, told.metadata)
    announcer.activity(toActivity(told, id, now()))
  }

  #touched(): void {
    this.#deps.record.account.updatedAtMs = this.#deps.now()
    this.#dirty = true
  }

  #account(): Account | undefined {
    const { record, now } = this.#deps
    const { listening, positions, fills, orders, connections, updatedAtMs } = record.account
    const listener = {
      mode: listening ? 'live' : 'polling',
      connected: listening,
      positions_received: positions,
      fills_received: fills,
      orders_received: orders,
      connection_count: connections,
      last_update_ms: updatedAtMs,
    } as const
    return this.#book.account(listener, now())
  }

  async #publish(signal: AbortSignal): Promise<void> {
    const { bus, fence, counters } = this.#deps
    for await (const _ of ticks(publishEveryMs, { signal })) {
      const data = this.#dirty ? this.#account() : undefined
      if (data === undefined) continue
      this.#dirty = false
      this.#version += 1
      const put = bus.put('account', { type: 'account', data }, { fence, version: this.#version })
      const result = await unlessAborted(put, signal)
      if (result?.status === 'unconfirmed') this.#dirty = true
      if (result?.status === 'rejected') counters.dropped.inc({ reason: `account_${result.reason}` })
    }
  }
}

/** Rows of the pages up to about so many. */
async function rows<Row>(pages: AsyncIterable<readonly Row[]>, enough = Infinity): Promise<Row[]> {
  const found: Row[] = []
  let read = 0
  for await (const page of pages) {
    found.push(...page)
    read += 1
    if (found.length >= enough || read >= maxPages) break
  }
  return found
}
