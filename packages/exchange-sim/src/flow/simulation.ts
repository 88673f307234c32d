import { Catalogue } from '../catalogue/catalogue.ts'
import type { Venue } from '../venue/venue.ts'
import { Flow } from './flow.ts'
import { Lifecycle, type LifecycleTiming } from './lifecycle.ts'
import { Pacer } from './pacer.ts'
import type { Random } from './random.ts'

type SimulationOptions = {
  readonly markets: number
  /** Mean trades per second; 0 leaves the market to whoever places orders. */
  readonly rate: number
  readonly firstWhaleMs: number
  readonly lifecycle: LifecycleTiming
}

/** Short enough that trades do not clump visibly, long enough to cost nothing. */
const flowTickMs = 10
const lifecycleTickMs = 500

/** Fills a venue with markets and lets them trade in real time. */
export class Simulation {
  readonly #flow: Flow
  readonly #lifecycle: Lifecycle
  readonly #pacer: Pacer
  readonly #options: SimulationOptions
  readonly #venue: Venue
  readonly #timers: NodeJS.Timeout[] = []
  #lastActionMs: number
  #whaleSeen = false
  #audience = false

  constructor(venue: Venue, random: Random, options: SimulationOptions) {
    this.#venue = venue
    this.#options = options
    const catalogue = new Catalogue(venue, random.fork())
    this.#flow = new Flow(venue, random.fork())
    this.#pacer = new Pacer(options.rate, random.fork(), venue.now())
    const parts = { venue, catalogue, flow: this.#flow, random: random.fork() }
    this.#flow.setEvents(catalogue.open(options.markets))
    for (const event of this.#flow.events) this.#flow.quoteAll(event)
    this.#lifecycle = new Lifecycle(parts, options.lifecycle)
    this.#lastActionMs = venue.now()
  }

  /** Starts trading, unless the rate is 0. */
  start(): void {
    if (this.#options.rate === 0) return
    this.#timers.push(
      setInterval(() => this.#trade(), flowTickMs),
      setInterval(() => this.#lifecycle.tick(), lifecycleTickMs),
      setTimeout(() => this.#printWhale(), this.#options.firstWhaleMs),
    )
  }

  /** True while the flow moves: a simulator that stopped printing is not ready. */
  isMoving(nowMs: number): boolean {
    return this.#options.rate === 0 || nowMs - this.#lastActionMs < 5_000 + 10_000 / this.#options.rate
  }

  /** Somebody listens to trades now; the first to come sees a whale soon, even when it comes late. */
  onTradeAudience(): void {
    if (this.#audience) return
    this.#audience = true
    if (this.#whaleSeen && this.#options.rate > 0) {
      this.#timers.push(setTimeout(() => this.#printWhale(), this.#options.firstWhaleMs))
    }
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }

  #trade(): void {
    const nowMs = this.#venue.now()
    while (this.#pacer.due(nowMs)) {
      const printed = this.#flow.act()
      this.#pacer.printed(printed)
      if (printed > 0) this.#lastActionMs = nowMs
    }
  }

  #printWhale(): void {
    this.#whaleSeen = true
    this.#pacer.printed(this.#flow.printWhale())
  }
}
