import { connectRedisBus, leadWhenever, startHeartbeat, type Bus, type Lease } from '@whalecast/bus'
import { components } from '@whalecast/events'
import { ticks, unlessAborted, type Clock, type ServiceContext } from '@whalecast/runtime'
import { News, NotLeadingError } from './adapters/news.ts'
import type { Config } from './config.ts'
import { Condition } from './domain/condition.ts'
import { Monitor } from './domain/monitor.ts'
import { resume } from './domain/resume.ts'

const lookEveryMs = 1_000
/** An unchanged health is shown this often, so that a stale one can be told by its age. */
const showEveryMs = 5_000
/** As many activities as are kept: what a new leader can know of the time before it. */
const rememberedActivities = 1_000

/** Watches the system on the bus of this configuration until the context's signal aborts. */
export async function startHealthMonitor(config: Config, ctx: ServiceContext): Promise<void> {
  const bus = await connectRedisBus({
    url: config.redisUrl,
    prefix: config.keyPrefix,
    instance: ctx.instance,
    registry: ctx.metrics.registry,
    onNotice: (notice) => ctx.logger.warn('bus', { notice }),
  })
  ctx.defer('bus', () => bus.close())
  startHeartbeat(bus, ctx)
  await monitorHealth({
    bus,
    ctx,
    now: Date.now,
    ticks: (signal) => ticks(lookEveryMs, { signal }),
  })
}

export type Deps = {
  readonly bus: Bus
  readonly ctx: Pick<ServiceContext, 'health' | 'facts' | 'metrics' | 'logger' | 'signal'>
  readonly now: Clock
  /** Times to look, until the signal aborts. */
  readonly ticks: (signal: AbortSignal) => AsyncIterable<number>
}

/** Leads whenever it can, and stands by otherwise, until the signal aborts. */
export async function monitorHealth(deps: Deps): Promise<void> {
  const { bus, ctx } = deps
  const { signal, logger } = ctx
  const condition = new Condition()
  ctx.health.add('health_monitor', components.health_monitor, (nowMs) =>
    condition.judge(nowMs, bus.connected),
  )
  ctx.facts.add('machine_state', () => condition.state)
  const counters = {
    looks: ctx.metrics.counter('monitor_looks_total', 'times all heartbeats were looked at'),
    transitions: ctx.metrics.counter('monitor_transitions_total', 'steps of the machine, by their target', [
      'to',
    ]),
  }
  const onFailure = (error: unknown) => {
    if (error instanceof NotLeadingError) logger.warn('no longer leading', { reason: error.message })
    else logger.error('a term failed', { error })
  }
  await leadWhenever({ bus, name: 'health-monitor', signal, onFailure }, async (lease, leading) => {
    try {
      await lead({ ...deps, lease, leading, condition, counters })
    } finally {
      condition.standBy()
    }
  })
}

type Term = Deps & {
  readonly lease: Lease
  /** Aborts when this process leads no longer. */
  readonly leading: AbortSignal
  readonly condition: Condition
  readonly counters: {
    readonly looks: { inc(): void }
    readonly transitions: { inc(labels: { to: string }): void }
  }
}

async function lead({
  bus,
  ctx,
  now,
  ticks: times,
  lease,
  leading,
  condition,
  counters,
}: Term): Promise<void> {
  const { logger } = ctx
  const ending = new AbortController()
  const over = AbortSignal.any([leading, ending.signal])
  condition.lead(now())
  const known = await unlessAborted(
    Promise.all([bus.latest('health'), bus.history('system', { limit: rememberedActivities })]),
    over,
  )
  if (!known) return
  const [health, activities] = known
  const resumed = resume(
    health?.data,
    activities.map(({ data }) => data),
    now(),
  )
  logger.info('leading', { term: lease.fence.term, state: resumed.machine.state, because: resumed.because })
  const monitor = new Monitor(resumed, now())
  const news = new News(bus, lease.fence, over)
  let shownAtMs: number | undefined

  const look = async () => {
    const heartbeats = await unlessAborted(bus.heartbeats(), over)
    if (!heartbeats) return
    const nowMs = now()
    const seen = monitor.onLook(heartbeats, nowMs)
    condition.looked(nowMs, monitor.state, monitor.history.length)
    counters.looks.inc()
    for (const { from, to, context } of seen.transitions) {
      counters.transitions.inc({ to })
      logger.info('state', { from, to, context })
    }
    for (const activity of seen.activities) {
      if (!(await news.tell(activity))) logger.error('an activity does not fit its schema', { activity })
    }
    if (!seen.changed && shownAtMs !== undefined && nowMs - shownAtMs < showEveryMs) return
    shownAtMs = (await news.show(seen.health)) ? nowMs : undefined
  }
  try {
    await look()
    for await (const _ of times(over)) await look()
  } finally {
    ending.abort()
  }
}
