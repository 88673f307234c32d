import type { Bus } from '@whalecast/bus'
import type { Follow } from '@whalecast/events'
import { unlessAborted } from '@whalecast/runtime'
import type { FollowNews } from './follow-news.ts'

/** How often it is looked whether the value is still there: a Redis that came back empty gets it again. */
const lookEveryMs = 10_000

/** Shows how following stands, when that is something new. Ages and the time itself are nothing new. */
export class FollowView {
  private readonly bus: Bus
  private readonly news: FollowNews
  private readonly over: AbortSignal
  private shown = ''
  private lookedAtMs: number | undefined

  constructor(bus: Bus, news: FollowNews, over: AbortSignal) {
    this.bus = bus
    this.news = news
    this.over = over
  }

  async show(follow: Follow, nowMs: number): Promise<void> {
    const { timestamp_ms: _, followed_whales, ...rest } = follow
    const content = JSON.stringify([rest, followed_whales.map(({ whale_id }) => whale_id)])
    if (content === this.shown && !(await this.isLost(nowMs))) return
    this.lookedAtMs = nowMs
    this.shown = (await this.news.show(follow)) ? content : ''
  }

  private async isLost(nowMs: number): Promise<boolean> {
    if (this.lookedAtMs !== undefined && nowMs - this.lookedAtMs < lookEveryMs) return false
    this.lookedAtMs = nowMs
    const held = await unlessAborted(
      this.bus.latest('follow').then((message) => ({ message })),
      this.over,
    )
    return held !== undefined && held.message === undefined
  }
}
