import { leadWhenever, type Bus, type Lease } from '@whalecast/bus'
import { components, type Follow } from '@whalecast/events'
import { unlessAborted, type Clock, type ServiceContext } from '@whalecast/runtime'
import { FollowCondition } from '../domain/follow/follow-condition.ts'
import type { FollowRule } from '../domain/follow/follow-rule.ts'
import type { Follower } from '../domain/follow/follower.ts'
import { holdingStill } from '../domain/follow/holding-still.ts'
import { createFollowMetrics } from './follow-metrics.ts'
import { FollowNews, NotFollowingError } from './follow-news.ts'
import { FollowTerm } from './follow-term.ts'
import { FollowView } from './follow-view.ts'

/** How whales are followed; `hold` judges nothing and sends nothing. */
export type FollowConfig = Omit<FollowRule, 'strategy'> & {
  readonly strategy: FollowRule['strategy'] | 'hold'
}

export type FollowDeps = {
  readonly bus: Bus
  readonly config: FollowConfig
  readonly ctx: Pick<ServiceContext, 'health' | 'metrics' | 'logger' | 'signal'>
  readonly now: Clock
  /** Times to look, until the signal aborts. */
  readonly ticks: (signal: AbortSignal) => AsyncIterable<number>
}

/** Follows whales whenever it can lead, and stands by otherwise, until the signal aborts. */
export async function followWhales({ bus, config, ctx, now, ticks }: FollowDeps): Promise<void> {
  const { signal, logger } = ctx
  let follower: Follower | undefined
  const condition = new FollowCondition(config.strategy)
  ctx.health.add('follower', components.follower, (nowMs) => condition.judge(nowMs))
  const metrics = createFollowMetrics(ctx.metrics, () => follower, now)
  const onFailure = (error: unknown) => {
    if (error instanceof NotFollowingError) logger.warn('no longer following', { reason: error.message })
    else logger.error('a term of following failed', { error })
  }

  const lead = async (lease: Lease, over: AbortSignal) => {
    const stored = (await unlessAborted(bus.latest('follow'), over))?.data
    const news = new FollowNews({ bus, fence: lease.fence, over, logger })
    const view = new FollowView(bus, news, over)
    logger.info('leading the follow half', { term: lease.fence.term, strategy: config.strategy })
    const { strategy } = config
    if (strategy === 'hold') {
      await holdStill(stored, over, view)
      return
    }
    const rule = { ...config, strategy }
    const deps = { bus, rule, fence: lease.fence, over, now, logger, news, metrics, view, condition }
    const term = await FollowTerm.begin(deps, stored)
    if (!term) return
    follower = term.follower
    try {
      await term.run(ticks(over))
    } finally {
      follower = undefined
      await term.end()
    }
  }
  const holdStill = async (stored: Follow | undefined, over: AbortSignal, view: FollowView) => {
    for await (const _ of ticks(over)) {
      const nowMs = now()
      await view.show(holdingStill(config.tradesPerMinute, stored, nowMs), nowMs)
      condition.looked(undefined, nowMs)
    }
  }
  await leadWhenever({ bus, name: 'follow', signal, onFailure }, async (lease, over) => {
    condition.lead(now())
    try {
      await lead(lease, over)
    } finally {
      condition.standBy()
    }
  })
}
