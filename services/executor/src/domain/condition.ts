import type { Verdict } from '@whalecast/runtime'
import type { BreakerState } from './breaker.ts'
import type { BrokerName } from './broker.ts'

/** An order whose outcome is unknown for longer needs somebody to look. Smaller, and one slow answer is an alarm. */
const doubtfulAfterMs = 10_000

type View = { readonly breaker: BreakerState; readonly imbalanceE6: number; readonly nowMs: number }

/** How executor is doing: standing by or leading, with an order in doubt or not, and what failed last. */
export class Condition {
  private leading = false
  private doubt: { readonly id: string; readonly sinceMs: number } | undefined
  private failure: string | undefined
  private lastResultMs: number | undefined
  private readonly broker: BrokerName

  constructor(broker: BrokerName) {
    this.broker = broker
  }

  lead(): void {
    this.leading = true
    this.doubt = undefined
  }

  standBy(): void {
    this.leading = false
    this.doubt = undefined
  }

  /** Nobody knows whether the broker has this order. */
  doubts(id: string, nowMs: number): void {
    if (this.doubt?.id !== id) this.doubt = { id, sinceMs: nowMs }
  }

  settled(nowMs: number): void {
    this.doubt = undefined
    this.failure = undefined
    this.lastResultMs = nowMs
  }

  failed(reason: string): void {
    this.failure = reason
  }

  judge({ breaker, imbalanceE6, nowMs }: View): Verdict {
    const details = {
      role: this.leading ? 'leader' : 'standby',
      broker: this.broker,
      breaker,
      order_in_doubt: this.doubt?.id ?? null,
      last_result_age_ms: this.lastResultMs === undefined ? null : nowMs - this.lastResultMs,
      last_error: this.failure ?? null,
    }
    if (imbalanceE6 !== 0) {
      return {
        status: 'unhealthy',
        reason: `the paper account is off by ${imbalanceE6} micro-dollars`,
        details,
      }
    }
    const doubtMs = this.doubt === undefined ? 0 : nowMs - this.doubt.sinceMs
    if (doubtMs > doubtfulAfterMs) {
      const reason = `whether order ${this.doubt?.id} was placed is unknown for ${Math.floor(doubtMs / 1_000)} s`
      return { status: 'unhealthy', reason, details }
    }
    if (breaker !== 'closed') {
      return { status: 'degraded', reason: `orders are held back: ${this.failure ?? breaker}`, details }
    }
    if (this.failure !== undefined) return { status: 'degraded', reason: this.failure, details }
    return { status: 'healthy', details }
  }
}
