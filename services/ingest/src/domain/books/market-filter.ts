/** A change of the markets of a subscription, small enough for one command. */
export type FilterStep = {
  readonly action: 'add_markets' | 'delete_markets'
  readonly tickers: readonly string[]
}

/** As many as the exchange was seen to take at once. */
const maxBatch = 500
/** A change that is not answered by then is taken for lost, and what the exchange has for what it had before. */
const answerWithinMs = 10_000
/** After a refusal (too many markets, too many commands) the exchange is left alone for this long. */
const refusedForMs = 30_000

/**
 * The markets that one subscription is limited to, as the exchange has them, brought step by step to those that are
 * wanted. One change at a time, each told by its command's id, because the exchange answers with the whole list.
 */
export class MarketFilter {
  #markets = new Set<string>()
  #underWay: { readonly id: number; readonly step: FilterStep; readonly untilMs: number } | undefined
  #restUntilMs = 0

  /** The markets that the exchange has, as far as it has said. */
  get markets(): ReadonlySet<string> {
    return this.#markets
  }

  /** The subscription is live with these markets. */
  begin(tickers: Iterable<string>): void {
    this.#markets = new Set(tickers)
    this.#underWay = undefined
    this.#restUntilMs = 0
  }

  /** The next change to ask for; undefined when there is none, or one is under way. */
  next(wanted: ReadonlySet<string>, nowMs: number): FilterStep | undefined {
    if (this.#underWay !== undefined && nowMs < this.#underWay.untilMs) return undefined
    this.#underWay = undefined
    if (nowMs < this.#restUntilMs) return undefined
    const missing = [...wanted].filter((ticker) => !this.#markets.has(ticker))
    if (missing.length > 0) return { action: 'add_markets', tickers: missing.slice(0, maxBatch) }
    const surplus = [...this.#markets].filter((ticker) => !wanted.has(ticker))
    // One market always stays: nobody says whether a subscription to none is one to all.
    if (surplus.length === this.#markets.size) surplus.pop()
    if (surplus.length === 0) return undefined
    return { action: 'delete_markets', tickers: surplus.slice(0, maxBatch) }
  }

  /** The change was asked for under this id. */
  asked(id: number, step: FilterStep, nowMs: number): void {
    this.#underWay = { id, step, untilMs: nowMs + answerWithinMs }
  }

  /** The change of this id was made; the exchange may have told all markets it has now. False for another's id. */
  answered(id: number | null, markets: readonly string[] | null): boolean {
    const step = this.#take(id)
    if (step === undefined) return false
    if (markets !== null) this.#markets = new Set(markets)
    else if (step.action === 'add_markets') for (const ticker of step.tickers) this.#markets.add(ticker)
    else for (const ticker of step.tickers) this.#markets.delete(ticker)
    return true
  }

  /** The change of this id was refused. False for another's id. */
  refused(id: number | null, nowMs: number): boolean {
    if (this.#take(id) === undefined) return false
    this.#restUntilMs = nowMs + refusedForMs
    return true
  }

  #take(id: number | null): FilterStep | undefined {
    if (id === null || this.#underWay?.id !== id) return undefined
    const { step } = this.#underWay
    this.#underWay = undefined
    return step
  }
}
