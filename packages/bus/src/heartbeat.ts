import { components, type ComponentReport, type Heartbeat } from '@whalecast/events'
import type { Bus } from './bus.ts'

const everyMs = 1_000

type Verdict = { status: 'healthy' | 'unhealthy'; reason?: string }

/** What a heartbeat needs of its process; a service's context fits. */
export type HeartbeatSource = {
  readonly name: string
  readonly instance: string
  readonly startedAtMs: number
  readonly health: {
    add(component: string, options: { critical: boolean }, judge: (nowMs: number) => Verdict): void
    reports(nowMs?: number): ComponentReport[]
  }
  readonly facts: { read(): Heartbeat['facts'] }
  defer(label: string, release: () => void | Promise<void>): void
}

/**
 * Says once a second that this process lives, with its components' own verdicts, and adds the component
 * `redis`. A beat that cannot be sent is skipped: the next one says more.
 */
export function startHeartbeat(bus: Bus, source: HeartbeatSource): void {
  const { name, instance, startedAtMs, health, facts } = source
  health.add('redis', components.redis, () =>
    bus.connected ? { status: 'healthy' } : { status: 'unhealthy', reason: 'no connection to Redis' },
  )
  let sending = false
  const send = async () => {
    if (sending || !bus.connected) return
    sending = true
    const now = Date.now()
    try {
      await bus.beat({
        service: name,
        instance,
        started_at_ms: startedAtMs,
        sent_at_ms: now,
        components: health.reports(now),
        facts: facts.read(),
      })
    } catch {
      // Redis went away in the middle: `redis` reports it as soon as beats pass again.
    } finally {
      sending = false
    }
  }
  void send()
  const timer = setInterval(() => void send(), everyMs)
  source.defer('heartbeat', () => clearInterval(timer))
}
