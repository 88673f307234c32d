import { connectRedisBus, leadWhenever, startHeartbeat, type Bus, type Lease } from '@whalecast/bus'
import { components } from '@whalecast/events'
import { ticks, unlessAborted, type Clock, type ServiceContext } from '@whalecast/runtime'
import type { Config } from './config.ts'
import { Condition } from './domain/condition.ts'
import { Schedule } from './domain/schedule.ts'
import { stateOf, toTraderStatus } from './domain/status.ts'
import { reportTrading } from './report-trading.ts'

/** The period is a multiple of it; a phase change is told without waiting for it. */
const tickMs = 1_000

/** Reports status and trading state on the bus of this configuration until the context's signal aborts. */
export async function startStatusReporter(config: Config, ctx: ServiceContext): Promise<void> {
  const bus = await connectRedisBus({
    url: config.redisUrl,
    prefix: config.keyPrefix,
    instance: ctx.instance,
    registry: ctx.metrics.registry,
    onNotice: (notice) => ctx.logger.warn('bus', { notice }),
  })
  ctx.defer('bus', () => bus.close())
  startHeartbeat(bus, ctx)
  await reportStatus({
    bus,
    ctx,
    startedAtMs: ctx.startedAtMs,
    now: Date.now,
    ticks: (signal) => ticks(tickMs, { signal }),
  })
}

export type Deps = {
  readonly bus: Bus
  readonly ctx: Pick<ServiceContext, 'health' | 'facts' | 'metrics' | 'logger' | 'signal'>
  readonly startedAtMs: number
  readonly now: Clock
  /** Times at which a status may be due, until the signal aborts. */
  readonly ticks: (signal: AbortSignal) => AsyncIterable<number>
}

/** Leads whenever it can, and stands by otherwise, until the signal aborts. */
export async function reportStatus(deps: Deps): Promise<void> {
  const { bus, ctx } = deps
  const { signal, logger } = ctx
  const condition = new Condition()
  ctx.health.add('status_reporter', components.status_reporter, (nowMs) =>
    condition.judge(nowMs, bus.connected),
  )
  const sent = ctx.metrics.counter('reporter_statuses_total', 'statuses sent, by outcome', ['outcome'])
  const sentStates = ctx.metrics.counter('reporter_trading_states_total', 'trading states sent, by outcome', [
    'outcome',
  ])
  const onFailure = (error: unknown) => logger.error('a term failed', { error })
  await leadWhenever({ bus, name: 'status-reporter', signal, onFailure }, async (lease, leading) => {
    try {
      await lead({ ...deps, lease, leading, condition, sent, sentStates })
    } finally {
      condition.standBy()
    }
  })
}

type Count = { inc(labels: { outcome: string }): void }

type Term = Deps & {
  readonly lease: Lease
  /** Aborts when this process leads no longer. */
  readonly leading: AbortSignal
  readonly condition: Condition
  readonly sent: Count
  readonly sentStates: Count
}

async function lead({
  bus,
  ctx,
  startedAtMs,
  now,
  ticks: times,
  lease,
  leading,
  condition,
  sent,
  sentStates,
}: Term): Promise<void> {
  const ending = new AbortController()
  const over = AbortSignal.any([leading, ending.signal])
  const schedule = new Schedule()
  let version = 0
  ctx.logger.info('leading', { term: lease.fence.term })
  condition.lead(now())

  const report = async (context: string) => {
    const sources = await unlessAborted(Promise.all([bus.heartbeats(), bus.latest('health')]), over)
    if (!sources) return
    const [heartbeats, health] = sources
    const nowMs = now()
    const data = toTraderStatus({ heartbeats, health: health?.data }, context, { startedAtMs, nowMs })
    version += 1
    schedule.reported(data.machine_state)
    const options = { fence: lease.fence, version }
    const result = await unlessAborted(bus.put('status', { type: 'trader_status', data }, options), over)
    if (!result) return
    sent.inc({ outcome: result.status })
    if (result.status === 'accepted') return condition.reported(nowMs)
    if (result.status !== 'rejected') return
    if (result.reason === 'invalid') ctx.logger.error('a status does not fit its schema', { status: data })
    // Another reporter has taken over.
    else ending.abort()
  }
  const dispose = bus.subscribe('health', async ({ data }) => {
    const state = stateOf(data, now())
    if (schedule.onPhase(state)) await report(state)
  })
  const reportPeriodically = async () => {
    if (schedule.onTick(now())) await report('periodic')
    for await (const _ of times(over)) if (schedule.onTick(now())) await report('periodic')
  }
  const trading = reportTrading({
    bus,
    fence: lease.fence,
    over,
    now,
    logger: ctx.logger,
    ticks: times(over),
    told: (outcome) => sentStates.inc({ outcome }),
    deposed: () => ending.abort(),
  })
  try {
    await Promise.all([reportPeriodically(), trading])
  } finally {
    ending.abort()
    dispose()
  }
}
