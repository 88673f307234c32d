import type { FollowOrder, OrderResult } from '@whalecast/events'

/** An order not answered within this time is asked about, again and again. */
const askAfterMs = 5_000
/**
 * So long after an order could be sent at the latest, nobody will say what became of it. Shorter, and an executor that
 * was restarted in between is contradicted by a decision that came too early.
 */
const giveUpAfterMs = 60_000

export type UnderWay = { readonly whaleId: string; readonly order: FollowOrder }

/** What became of an order: its result, or `unknown` when nobody said for too long. */
export type Outcome = UnderWay & { readonly result: OrderResult | 'unknown' }

/** Orders that were sent and whose final result is awaited. Each ends exactly once; results nobody waits for are ignored. */
export class OrdersUnderWay {
  private readonly orders = new Map<string, UnderWay & { askedAtMs: number }>()

  get size(): number {
    return this.orders.size
  }

  hasWhale(whaleId: string): boolean {
    return [...this.orders.values()].some((each) => each.whaleId === whaleId)
  }

  add(one: UnderWay, nowMs: number): void {
    this.orders.set(one.order.client_order_id, { ...one, askedAtMs: nowMs })
  }

  /** `unknown` is not final: executor finds out and says so. */
  onResult(result: OrderResult): Outcome | undefined {
    const one = this.orders.get(result.client_order_id)
    if (!one || result.status === 'unknown') return undefined
    this.orders.delete(result.client_order_id)
    return { whaleId: one.whaleId, order: one.order, result }
  }

  /** Whose results should be looked for now, and which are given up. */
  onTick(nowMs: number): { readonly ask: readonly string[]; readonly lost: readonly Outcome[] } {
    const ask: string[] = []
    const lost: Outcome[] = []
    for (const [id, one] of this.orders) {
      if (nowMs > one.order.valid_until_ms + giveUpAfterMs) {
        this.orders.delete(id)
        lost.push({ whaleId: one.whaleId, order: one.order, result: 'unknown' })
      } else if (nowMs - one.askedAtMs >= askAfterMs) {
        one.askedAtMs = nowMs
        ask.push(id)
      }
    }
    return { ask, lost }
  }
}
