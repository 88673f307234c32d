import { components, type ComponentReport, type ComponentStatus, type Heartbeat } from '@whalecast/events'

export const epochMs = 1_790_000_000_000

type Said = { readonly status: ComponentStatus; readonly reason?: string; readonly sinceMs?: number }
type Saying = Readonly<Record<string, ComponentStatus | Said>>

/** Each service and the components it reports besides redis. */
const services: Readonly<Record<string, readonly string[]>> = {
  ingest: ['exchange_socket', 'trade_feed', 'market_directory', 'order_books', 'account_sync'],
  'whale-tracker': ['whale_tracker', 'follower'],
  'status-reporter': ['status_reporter'],
  'health-monitor': ['health_monitor'],
  'ws-broadcast': ['ws_broadcast'],
}

function report(component: string, said: ComponentStatus | Said): ComponentReport {
  const { status, reason = status, sinceMs = epochMs } = typeof said === 'string' ? { status: said } : said
  return {
    component,
    critical: Object.entries(components).some(([name, { critical }]) => name === component && critical),
    status,
    reason: status === 'healthy' ? '' : reason,
    since_ms: sinceMs,
    details: {},
  }
}

/** A heartbeat of one service in which everything is healthy but what `says` tells otherwise. */
export function makeBeat(
  service: string,
  nowMs: number,
  says: Saying = {},
  instance = `${service}-1`,
): Heartbeat {
  const names = new Set(['redis', ...(services[service] ?? []), ...Object.keys(says)])
  return {
    service,
    instance,
    started_at_ms: epochMs,
    sent_at_ms: nowMs,
    components: [...names].map((name) => report(name, says[name] ?? 'healthy')),
    facts: {},
  }
}

/** Heartbeats of all services but the `missing` ones. */
export function makeBeats(nowMs: number, says: Saying = {}, missing: readonly string[] = []): Heartbeat[] {
  return Object.entries(services)
    .filter(([service]) => !missing.includes(service))
    .map(([service, names]) => {
      const own = Object.entries(says).filter(([name]) => names.includes(name))
      return makeBeat(service, nowMs, Object.fromEntries(own))
    })
}
