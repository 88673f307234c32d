import type { Verdict } from '@whalecast/runtime'

/**
 * A batch that is in work for longer has met something that does not answer. Smaller, and a busy moment of
 * Redis looks like a fault; larger, and a stuck tracker goes unnoticed for longer than its lease lives.
 */
const stuckAfterMs = 5_000

/**
 * How the tracker is doing. Standby until it leads a partition; while it leads, idle or at a batch.
 * A failure is remembered until the next batch succeeds.
 */
export class Condition {
  private leading = false
  private readonly sinceMs: number
  private batchSinceMs: number | undefined
  private lastBatchMs: number | undefined
  private failure: string | undefined

  constructor(nowMs: number) {
    this.sinceMs = nowMs
  }

  lead(): void {
    this.leading = true
    this.batchSinceMs = undefined
  }

  standBy(): void {
    this.leading = false
    this.batchSinceMs = undefined
  }

  began(nowMs: number): void {
    this.batchSinceMs = nowMs
  }

  succeeded(nowMs: number): void {
    this.batchSinceMs = undefined
    this.lastBatchMs = nowMs
    this.failure = undefined
  }

  failed(reason: string): void {
    this.batchSinceMs = undefined
    this.failure = reason
  }

  /** A quiet market is no fault: only work that does not get done is. */
  judge(nowMs: number): Verdict {
    const details = {
      role: this.leading ? 'leader' : 'standby',
      batch_age_ms: this.lastBatchMs === undefined ? null : nowMs - this.lastBatchMs,
      last_error: this.failure ?? null,
      uptime_ms: nowMs - this.sinceMs,
    }
    const inWorkMs = this.batchSinceMs === undefined ? 0 : nowMs - this.batchSinceMs
    if (inWorkMs > stuckAfterMs) {
      const seconds = Math.floor(inWorkMs / 1_000)
      return { status: 'unhealthy', reason: `a batch has been in work for ${seconds} s`, details }
    }
    if (this.failure !== undefined) {
      return { status: 'degraded', reason: `a batch failed: ${this.failure}`, details }
    }
    return { status: 'healthy', details }
  }
}
