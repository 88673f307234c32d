export type OrderAction =
  | 'create'
  | 'create_batch'
  | 'amend'
  | 'decrease'
  | 'cancel'
  | 'cancel_batch'
  | 'cancel_all'
  /** An endpoint that the exchange has shut down. */
  | 'legacy'

/** One order request as it came in, whatever became of it; field names as the admin route shows them. */
export type OrderLogEntry = {
  readonly number: number
  readonly received_at_ms: number
  readonly action: OrderAction
  /** The key the request names, even if it is not its own. */
  readonly key_id: string | null
  /** The account of that key, once the signature was found right. */
  readonly account: string | null
  readonly ticker: string | null
  readonly order_id: string | null
  readonly client_order_id: string | null
  readonly accepted: boolean
  readonly status: number
  /** Why it was refused. */
  readonly code: string | null
}

export type OrderLogCounts = { received: number; accepted: number; refused: number }

/** Every request to place, change or cancel an order since the start; the newest are kept, all are counted. */
export class OrderLog {
  readonly #keep: number
  readonly #entries: OrderLogEntry[] = []
  #accepted = 0
  #refused = 0

  constructor(keep: number) {
    this.#keep = keep
  }

  get counts(): OrderLogCounts {
    return { received: this.#accepted + this.#refused, accepted: this.#accepted, refused: this.#refused }
  }

  /** The newest entries, oldest first. */
  latest(count: number): OrderLogEntry[] {
    return count > 0 ? this.#entries.slice(-count) : []
  }

  add(entry: Omit<OrderLogEntry, 'number'>): void {
    if (entry.accepted) this.#accepted += 1
    else this.#refused += 1
    this.#entries.push({ number: this.counts.received, ...entry })
    // Cut in steps: dropping from the front of an array is linear.
    if (this.#entries.length > 2 * this.#keep) this.#entries.splice(0, this.#keep)
  }
}
