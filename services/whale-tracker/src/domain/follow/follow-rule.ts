/** By which rule a whale becomes an order. */
export type ActiveStrategy = 'whale_follower' | 'paper_test'

/** How whales are followed, and what bounds it. */
export type FollowRule = {
  readonly strategy: ActiveStrategy
  readonly tradesPerMinute: number
  readonly maxAgeMs: number
  /** Bought for each whale. */
  readonly countE2: number
  readonly maxMoveE4: number
  readonly maxSpreadE4: number
  /** Held of one market at most. */
  readonly maxPositionE2: number
  /** What all positions and waiting orders may have cost. */
  readonly maxPortfolioE6: number
  readonly maxDailyTrades: number
  readonly maxDailyLossE6: number
  /** Orders that fail in a row before following rests. */
  readonly maxFailures: number
}
