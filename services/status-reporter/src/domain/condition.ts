import type { Verdict } from '@whalecast/runtime'

/** One status missed, and half the time to the next. */
const staleAfterMs = 15_000

/** How the reporter itself is doing: standby until it leads; while it leads, statuses have to get through. */
export class Condition {
  private leadingSinceMs: number | undefined
  private reportedAtMs: number | undefined

  lead(nowMs: number): void {
    this.leadingSinceMs = nowMs
    this.reportedAtMs = undefined
  }

  standBy(): void {
    this.leadingSinceMs = undefined
  }

  reported(nowMs: number): void {
    this.reportedAtMs = nowMs
  }

  judge(nowMs: number, connected: boolean): Verdict {
    const leading = this.leadingSinceMs !== undefined
    const details = {
      role: leading ? 'leader' : 'standby',
      report_age_ms: this.reportedAtMs === undefined ? null : nowMs - this.reportedAtMs,
    }
    if (!connected) return { status: 'unhealthy', reason: 'cannot report without Redis', details }
    if (this.leadingSinceMs === undefined) return { status: 'healthy', details }
    const quietMs = nowMs - (this.reportedAtMs ?? this.leadingSinceMs)
    if (quietMs > staleAfterMs) {
      return { status: 'unhealthy', reason: `no status for ${Math.floor(quietMs / 1_000)} s`, details }
    }
    if (this.reportedAtMs === undefined) return { status: 'starting', reason: 'about to report', details }
    return { status: 'healthy', details }
  }
}
