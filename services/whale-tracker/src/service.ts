import { connectRedisBus, startHeartbeat, type Bus, type Notice } from '@whalecast/bus'
import { components } from '@whalecast/events'
import { ticks, type Clock, type ServiceContext } from '@whalecast/runtime'
import { MarketNames } from './adapters/market-names.ts'
import type { Config } from './config.ts'
import { Condition } from './domain/condition.ts'
import { Notices } from './domain/notices.ts'
import type { WhaleRule } from './domain/whales.ts'
import { followWhales } from './follow/follow-whales.ts'
import { createTrackerMetrics } from './tracker-metrics.ts'
import { TradesWorker } from './trades-worker.ts'

/** How often the queue is looked at for entries that expired: so long may one stay on a screen too long. */
const lookEveryMs = 50

/** Tracks whales, and follows them if a strategy says so, on the bus of this configuration until the context's signal aborts. */
export async function startWhaleTracker(config: Config, ctx: ServiceContext): Promise<void> {
  const notices = new Notices(ctx.instance)
  let tell: (notice: Notice) => void = () => undefined
  const bus = await connectRedisBus({
    url: config.redisUrl,
    prefix: config.keyPrefix,
    instance: ctx.instance,
    registry: ctx.metrics.registry,
    onNotice: (notice) => {
      ctx.logger.warn('bus', { notice })
      tell(notice)
    },
  })
  tell = (notice) => {
    const data = notices.toActivity(notice, Date.now())
    if (data) void bus.publish('system', { type: 'system_activity', data }, { id: data.activity_id })
  }
  ctx.defer('bus', () => bus.close())
  startHeartbeat(bus, ctx)
  const looks = (signal: AbortSignal) => ticks(lookEveryMs, { signal })
  await Promise.all([
    trackWhales({ bus, rule: config.rule, ctx, now: Date.now, ticks: looks(ctx.signal) }),
    followWhales({ bus, config: config.follow, ctx, now: Date.now, ticks: looks }),
  ])
}

export type Deps = {
  readonly bus: Bus
  readonly rule: WhaleRule
  readonly ctx: Pick<ServiceContext, 'health' | 'facts' | 'metrics' | 'logger'>
  readonly now: Clock
  /** Times at which the queue is looked at; the loop ends with them. */
  readonly ticks: AsyncIterable<number>
}

/** Takes part in tracking partition 0, as its leader or standing by, for as long as there are ticks. */
export async function trackWhales({ bus, rule, ctx, now, ticks: times }: Deps): Promise<void> {
  let newest: TradesWorker | undefined
  const leading = () => (newest?.ended === false ? newest : undefined)
  let version = 0
  const condition = new Condition(now())
  const metrics = createTrackerMetrics(ctx.metrics, leading)
  ctx.health.add('whale_tracker', components.whale_tracker, (nowMs) => condition.judge(nowMs))
  ctx.facts.add('trades_seen', () => leading()?.tally.seen ?? null)
  ctx.facts.add('trade_duplicates', () => leading()?.tally.duplicates ?? null)
  ctx.facts.add('whales_published', () => metrics.whalesTold)

  const names = new MarketNames(bus, (marketTicker) => leading()?.onName(marketTicker))
  const { logger } = ctx
  const deps = {
    bus,
    rule,
    now,
    names,
    condition,
    metrics,
    logger,
    nextVersion: () => (version += 1),
  }
  const consumer = await bus.consume('trades', {
    partition: 0,
    start: (state, fence) => (newest = new TradesWorker(deps, state, fence)),
  })
  try {
    for await (const _ of times) leading()?.onTick(now())
  } finally {
    names.close()
    // Without Redis the partition cannot be handed over, and its lease expires by itself.
    if (bus.connected) await consumer.close()
  }
}
