import type { Catalogue, LiveEvent } from '../catalogue/catalogue.ts'
import type { Market } from '../venue/market.ts'
import type { Venue } from '../venue/venue.ts'
import type { Flow } from './flow.ts'
import type { Random } from './random.ts'

/** The pace of market life; a real exchange takes hours where these defaults take seconds. */
export type LifecycleTiming = {
  /** How often an event comes to an early end. */
  readonly endEveryMs: number
  /** From the announcement of an early end to the close. */
  readonly noticeMs: number
  readonly determineAfterMs: number
  readonly settleAfterMs: number
  /** How often a market is paused, and for how long. */
  readonly pauseEveryMs: number
  readonly pauseMs: number
  /** From the announcement of a new event to its first trade. */
  readonly openInMs: number
  /** Settled events that stay listed; older ones are forgotten, which bounds the exchange's memory. */
  readonly settledKept: number
}

export const standardTiming: LifecycleTiming = {
  endEveryMs: 30_000,
  noticeMs: 3_000,
  determineAfterMs: 4_000,
  settleAfterMs: 4_000,
  pauseEveryMs: 90_000,
  pauseMs: 5_000,
  openInMs: 2_000,
  settledKept: 100,
}

type Ending = { readonly event: LiveEvent; readonly dueMs: number }

/**
 * Carries events through their life: listed → open → closed → determined → settled → forgotten, with a new
 * event for each that closes. Opening and closing happen by time and are not announced; the rest is.
 */
export class Lifecycle {
  readonly #venue: Venue
  readonly #catalogue: Catalogue
  readonly #flow: Flow
  readonly #random: Random
  readonly #timing: LifecycleTiming
  readonly #opening: LiveEvent[] = []
  readonly #closed: Ending[] = []
  readonly #determined: Ending[] = []
  readonly #settled: LiveEvent[] = []
  readonly #paused: { market: Market; event: LiveEvent; dueMs: number }[] = []
  #nextEndMs: number
  #nextPauseMs: number

  constructor(
    parts: { venue: Venue; catalogue: Catalogue; flow: Flow; random: Random },
    timing: LifecycleTiming = standardTiming,
  ) {
    this.#venue = parts.venue
    this.#catalogue = parts.catalogue
    this.#flow = parts.flow
    this.#random = parts.random
    this.#timing = timing
    this.#nextEndMs = parts.venue.now() + timing.endEveryMs
    this.#nextPauseMs = parts.venue.now() + timing.pauseEveryMs
  }

  /** Does everything that is due. */
  tick(): void {
    const nowMs = this.#venue.now()
    this.#open(nowMs)
    this.#close(nowMs)
    this.#determine(nowMs)
    this.#settle(nowMs)
    this.#resume(nowMs)
    if (nowMs >= this.#nextEndMs) this.#announceEnd(nowMs)
    if (nowMs >= this.#nextPauseMs) this.#pause(nowMs)
  }

  #open(nowMs: number): void {
    for (const event of takeDue(this.#opening, ({ markets }) => (markets[0]?.listing.openMs ?? 0) <= nowMs)) {
      for (const market of event.markets) this.#move(market, 'active')
      this.#flow.setEvents([...this.#flow.events, event])
      this.#flow.quoteAll(event)
    }
  }

  #close(nowMs: number): void {
    const ended = this.#flow.events.filter(({ markets }) => (markets[0]?.closeMs ?? Infinity) <= nowMs)
    if (ended.length === 0) return
    this.#flow.setEvents(this.#flow.events.filter((event) => !ended.includes(event)))
    for (const event of ended) {
      for (const market of event.markets) {
        this.#venue.cancelAll(market, 'CloseCancel')
        this.#move(market, 'closed')
      }
      this.#closed.push({ event, dueMs: nowMs + this.#timing.determineAfterMs })
      this.#replace(event)
    }
  }

  #determine(nowMs: number): void {
    for (const { event } of takeDue(this.#closed, ({ dueMs }) => dueMs <= nowMs)) {
      const outcomes = event.valuation.outcomes(this.#random)
      for (const [index, market] of event.markets.entries()) {
        market.result = outcomes[index] ?? 'no'
        this.#move(market, 'determined')
        this.#venue.announce(market, 'determined')
      }
      this.#determined.push({ event, dueMs: nowMs + this.#timing.settleAfterMs })
    }
  }

  #settle(nowMs: number): void {
    for (const { event } of takeDue(this.#determined, ({ dueMs }) => dueMs <= nowMs)) {
      for (const market of event.markets) {
        market.settledMs = nowMs
        this.#move(market, 'finalized')
        this.#venue.announce(market, 'settled')
      }
      this.#settled.push(event)
    }
    while (this.#settled.length > this.#timing.settledKept) {
      const oldest = this.#settled.shift()
      if (oldest) this.#venue.removeEvent(oldest.ticker)
    }
  }

  /** A paused market that resumes starts with an empty book: resting orders do not outlive a pause. */
  #resume(nowMs: number): void {
    for (const { market, event } of takeDue(this.#paused, ({ dueMs }) => dueMs <= nowMs)) {
      if (market.status !== 'inactive') continue
      this.#venue.cancelAll(market, 'HaltCancel')
      this.#move(market, 'active')
      this.#venue.announce(market, 'activated')
      this.#flow.quoteAll(event)
    }
  }

  #announceEnd(nowMs: number): void {
    this.#nextEndMs = nowMs + this.#timing.endEveryMs
    const event = this.#anyEvent()
    if (!event) return
    for (const market of event.markets) {
      market.closeMs = Math.min(market.closeMs, nowMs + this.#timing.noticeMs)
      this.#touch(market)
      this.#venue.announce(market, 'close_date_updated')
    }
  }

  #pause(nowMs: number): void {
    this.#nextPauseMs = nowMs + this.#timing.pauseEveryMs
    const event = this.#anyEvent()
    const market = event?.markets[0]
    if (!event || market?.status !== 'active') return
    this.#venue.cancelAll(market, 'HaltCancel', ({ holder }) => holder?.cancelOnPause === true)
    this.#move(market, 'inactive')
    this.#venue.announce(market, 'deactivated')
    this.#paused.push({ market, event, dueMs: nowMs + this.#timing.pauseMs })
  }

  #replace(event: LiveEvent): void {
    for (let left = event.markets.length; left > 0;) {
      const fresh = this.#catalogue.launch(left, this.#timing.openInMs)
      this.#opening.push(fresh)
      left -= fresh.markets.length
    }
  }

  #anyEvent(): LiveEvent | undefined {
    const { events } = this.#flow
    return events[this.#random.integer(0, events.length - 1)]
  }

  #move(market: Market, status: Market['status']): void {
    market.status = status
    this.#touch(market)
  }

  #touch(market: Market): void {
    market.updatedMs = this.#venue.now()
  }
}

/** Removes the due entries from the list and answers them. */
function takeDue<T>(list: T[], isDue: (entry: T) => boolean): T[] {
  const due = list.filter(isDue)
  if (due.length > 0) list.splice(0, list.length, ...list.filter((entry) => !due.includes(entry)))
  return due
}
