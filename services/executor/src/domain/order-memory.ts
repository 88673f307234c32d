import { orderResultSchema, type OrderResult } from '@whalecast/events'

/** A result is remembered this long and among so many: far longer than any queue redelivers. */
const keepMs = 24 * 3_600_000
const keepCount = 5_000
const prefix = 'order:'

/** What became of each order that was asked for, by its client order id. Bounded in time and number. */
export class OrderMemory {
  private readonly results = new Map<string, OrderResult>()
  private set: Record<string, string> = {}
  private del: string[] = []

  constructor(fields: ReadonlyMap<string, string>) {
    const read: OrderResult[] = []
    for (const [field, text] of fields) {
      if (!field.startsWith(prefix)) continue
      const result = orderResultSchema.safeParse(parsed(text)).data
      if (result && result.client_order_id === field.slice(prefix.length)) read.push(result)
      else this.del.push(field)
    }
    for (const result of read.toSorted((a, b) => a.timestamp_ms - b.timestamp_ms))
      this.results.set(result.client_order_id, result)
  }

  get size(): number {
    return this.results.size
  }

  get(clientOrderId: string): OrderResult | undefined {
    return this.results.get(clientOrderId)
  }

  add(result: OrderResult, nowMs: number): void {
    this.results.set(result.client_order_id, result)
    this.set[prefix + result.client_order_id] = JSON.stringify(result)
    for (const [id, { timestamp_ms: atMs }] of this.results) {
      if (this.results.size <= keepCount && nowMs - atMs <= keepMs) break
      this.results.delete(id)
      delete this.set[prefix + id]
      this.del.push(prefix + id)
    }
  }

  /** What changed since it was asked last. */
  takeChanges(): { readonly set: Readonly<Record<string, string>>; readonly del: readonly string[] } {
    const { set, del } = this
    this.set = {}
    this.del = []
    return { set, del }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
