import type { DecisionAction, DecisionStats } from '@whalecast/events'

const none: DecisionStats['by_action'] = {
  followed: 0,
  failed: 0,
  skipped_age: 0,
  skipped_position: 0,
  skipped_orders: 0,
  rate_limited: 0,
  skipped_side: 0,
  skipped_price: 0,
  skipped_spread: 0,
  skipped_limit: 0,
  halted: 0,
}

/** Counts of decisions by what was decided, all over one window: the life of this process. */
export class DecisionCounts {
  private readonly counts = { ...none }

  count(action: DecisionAction): void {
    this.counts[action] += 1
  }

  stats(
    bucket: Pick<DecisionStats, 'tokens_remaining' | 'max_tokens' | 'token_refill_seconds'>,
  ): DecisionStats {
    const { followed, failed } = this.counts
    const detected = Object.values(this.counts).reduce((sum, count) => sum + count, 0)
    return {
      whales_detected: detected,
      whales_followed: followed,
      whales_skipped: detected - followed - failed,
      failed,
      by_action: { ...this.counts },
      ...bucket,
    }
  }
}
