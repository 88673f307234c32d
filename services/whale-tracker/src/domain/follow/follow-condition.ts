import type { Verdict } from '@whalecast/runtime'

/** The follower looks twenty times a second; longer than this without a look means that something does not answer. */
const stuckAfterMs = 5_000
/** After a start everybody needs a moment before there is an account. */
const patienceMs = 30_000

/** How the follower is doing. Holding still, standing by, or leading, and then it has to look and to know the account. */
export class FollowCondition {
  private readonly strategy: string
  private leadingSinceMs: number | undefined
  private lookedAtMs = 0
  private obstacle: string | undefined

  constructor(strategy: string) {
    this.strategy = strategy
  }

  lead(nowMs: number): void {
    this.leadingSinceMs = nowMs
    this.lookedAtMs = nowMs
    this.obstacle = undefined
  }

  standBy(): void {
    this.leadingSinceMs = undefined
  }

  /** `obstacle`: why no whale can be followed though a strategy says so. */
  looked(obstacle: string | undefined, nowMs: number): void {
    this.lookedAtMs = nowMs
    this.obstacle = obstacle
  }

  judge(nowMs: number): Verdict {
    const { leadingSinceMs, strategy, obstacle } = this
    const details = { role: leadingSinceMs === undefined ? 'standby' : 'leader', strategy }
    if (leadingSinceMs === undefined) return { status: 'healthy', details }
    const quietMs = nowMs - this.lookedAtMs
    if (quietMs > stuckAfterMs) {
      return { status: 'unhealthy', reason: `has not looked for ${Math.floor(quietMs / 1_000)} s`, details }
    }
    if (obstacle === undefined) return { status: 'healthy', details }
    const status = nowMs - leadingSinceMs <= patienceMs ? 'starting' : 'degraded'
    return { status, reason: obstacle, details }
  }
}
