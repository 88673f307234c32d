import {
  components,
  type ComponentName,
  type ComponentReport,
  type HealthComponent,
  type Heartbeat,
} from '@whalecast/events'
import { groupBy } from './group-by.ts'

/** Which service reports a component; every process reports its own connection to Redis. */
const reporters: Readonly<Record<ComponentName, string>> = {
  redis: '*',
  health_monitor: 'health-monitor',
  ws_broadcast: 'ws-broadcast',
  exchange_socket: 'ingest',
  trade_feed: 'ingest',
  market_directory: 'ingest',
  order_books: 'ingest',
  account_sync: 'ingest',
  whale_tracker: 'whale-tracker',
  follower: 'whale-tracker',
  executor: 'executor',
  status_reporter: 'status-reporter',
}

const owned = Object.entries(reporters).filter(([, service]) => service !== '*')
/** Runs only where a strategy trades: nobody misses it before it was heard. */
const optionalServices: ReadonlySet<string> = new Set(['executor'])
const expectedServices = new Set(
  owned.map(([, service]) => service).filter((service) => !optionalServices.has(service)),
)

/** Looks come each second, and a heartbeat is forgotten three seconds after it was sent: two looks must miss it. */
const silentAfterMs = 1_500
/** After a pause in looking (or at the beginning) everybody gets this long to be heard: Redis may just be back. */
const settleMs = 5_000
/** Looks further apart than this are a pause: Redis did not answer, and what others sent it meanwhile is lost too. */
const pausedAfterMs = 1_800

type Seen = { readonly beats: readonly Heartbeat[]; readonly atMs: number }

/** Whether the system is down without a component. What nobody has heard of is not critical. */
function isCritical(component: string): boolean {
  return Object.entries(components).some(([name, { critical }]) => name === component && critical)
}

/**
 * Who is there and what each says of itself, word for word. The only thing it adds is silence: a service that
 * should be there and is not heard any more has its components shown as unhealthy, with `reporting` false.
 */
export class Roster {
  private readonly seen = new Map<string, Seen>()
  private readonly silent = new Set<string>()
  private readonly sinceMs: number
  private settledAtMs: number
  private lookedAtMs: number

  constructor(nowMs: number) {
    this.sinceMs = nowMs
    this.lookedAtMs = nowMs
    this.settledAtMs = nowMs + settleMs
  }

  /** Every component there is or should be. */
  look(heartbeats: readonly Heartbeat[], nowMs: number): readonly HealthComponent[] {
    if (nowMs - this.lookedAtMs > pausedAfterMs) this.settledAtMs = nowMs + settleMs
    this.lookedAtMs = nowMs
    for (const [service, beats] of groupBy(heartbeats, (beat) => beat.service)) {
      this.seen.set(service, { beats, atMs: nowMs })
      this.silent.delete(service)
    }
    const services = new Set([...expectedServices, ...this.seen.keys()])
    return [...services].flatMap((service) => this.show(service, nowMs))
  }

  private show(service: string, nowMs: number): readonly HealthComponent[] {
    const seen = this.seen.get(service)
    if (seen?.atMs === nowMs) return present(service, seen.beats)
    const settling = nowMs < this.settledAtMs
    if (!seen) return settling ? this.awaited(service) : absent(service, [], this.sinceMs)
    const missed = !settling && nowMs - seen.atMs > silentAfterMs
    if (!missed && !this.silent.has(service)) return present(service, seen.beats)
    if (!expectedServices.has(service) && !optionalServices.has(service)) {
      this.seen.delete(service)
      return []
    }
    this.silent.add(service)
    const lastSentMs = Math.max(...seen.beats.map((beat) => beat.sent_at_ms))
    return absent(service, seen.beats, lastSentMs)
  }

  private awaited(service: string): readonly HealthComponent[] {
    return componentsOf(service, []).map((component) => ({
      ...blank(service, component, this.sinceMs),
      status: 'starting' as const,
      reason: `no heartbeat from ${service} yet`,
    }))
  }
}

function present(service: string, beats: readonly Heartbeat[]): readonly HealthComponent[] {
  const reported = beats.flatMap((beat) =>
    beat.components.map((report: ComponentReport) => ({
      ...report,
      critical: isCritical(report.component),
      service,
      instance: beat.instance,
      reporting: true,
    })),
  )
  const startedMs = Math.min(...beats.map((beat) => beat.started_at_ms))
  const missing = componentsOf(service, []).filter(
    (name) => !reported.some((each) => each.component === name),
  )
  return [
    ...reported,
    ...missing.map((component) => ({
      ...blank(service, component, startedMs),
      status: 'starting' as const,
      reason: `${service} has not reported it yet`,
    })),
  ]
}

function absent(service: string, beats: readonly Heartbeat[], sinceMs: number): readonly HealthComponent[] {
  return componentsOf(service, beats).map((component) => ({
    ...blank(service, component, sinceMs),
    instance: beats[0]?.instance ?? '',
    status: 'unhealthy' as const,
    reason: `no heartbeat from ${service}`,
  }))
}

/** The components that are lost with a service: its own, and what else it reported. Redis is not lost with it. */
function componentsOf(service: string, beats: readonly Heartbeat[]): readonly string[] {
  const names = owned.filter(([, reporter]) => reporter === service).map(([name]) => name)
  const reported = beats.flatMap((beat) => beat.components.map(({ component }) => component))
  return [...new Set([...names, ...reported])].filter((name) => name !== 'redis')
}

function blank(service: string, component: string, sinceMs: number) {
  return {
    component,
    critical: isCritical(component),
    since_ms: sinceMs,
    details: {},
    service,
    instance: '',
    reporting: false,
  }
}
