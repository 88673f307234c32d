import type { Bus, Disposer } from '@whalecast/bus'
import { roundTo, type Follow, type WhaleQueue } from '@whalecast/events'

/** What the whale queue tells of following. */
export type Following = Pick<WhaleQueue, 'followed_whale_ids' | 'followed_whales' | 'decision_stats'>

/** The newest word on following, whichever process leads it, as a part of the whale queue's message. */
export class FollowMirror {
  private follow: Follow | undefined
  private readonly dispose: Disposer

  constructor(bus: Bus, onChange: () => void) {
    this.dispose = bus.subscribe('follow', ({ data }) => {
      this.follow = data
      onChange()
    })
  }

  /** Nothing while no strategy follows. */
  view(nowMs: number): Following {
    const { follow } = this
    if (!follow || follow.strategy === 'hold') return {}
    const whales = follow.followed_whales.map((whale) => ({
      ...whale,
      age_seconds: Math.max(0, roundTo((nowMs - whale.placed_at_ms) / 1_000, 1)),
    }))
    return {
      followed_whale_ids: whales.map(({ whale_id }) => whale_id),
      followed_whales: whales,
      decision_stats: follow.stats,
    }
  }

  close(): void {
    this.dispose()
  }
}
