import type { ActivitySeverity, MachineState, SystemActivity } from '@whalecast/events'
import type { Transition } from './machine.ts'
import { criticalWork, inWords, type ComponentVerdict } from './verdicts.ts'

type Moment = { readonly state: MachineState; readonly nowMs: number }

/**
 * One step of the machine. Its id names the step by where it began, so that two monitors that take the same
 * step tell it once.
 */
export function transitionActivity(step: Transition, unhealthy: readonly ComponentVerdict[]): SystemActivity {
  const { from, to, context, atMs, fromSinceMs } = step
  const severity: ActivitySeverity = to === 'error' ? 'error' : to === 'ready' ? 'success' : 'info'
  return {
    activity_id: `transition:${fromSinceMs}:${from}:${to}`,
    activity_type: 'state_transition',
    message: `${from} → ${to}: ${context}`,
    state_at_event: to,
    from_state: from,
    to_state: to,
    metadata: {
      severity,
      from_state: from,
      to_state: to,
      context,
      from_since_ms: fromSinceMs,
      ...(unhealthy.length > 0 && { unhealthy_components: unhealthy.map(({ component }) => component) }),
    },
    timestamp_ms: atMs,
  }
}

/** A stretch during which a component was not healthy; `sinceMs` names it. */
export type Episode = { readonly component: string; readonly sinceMs: number }

/** An episode begins. */
export function degradedActivity(verdict: ComponentVerdict, { state, nowMs }: Moment): SystemActivity {
  const { component, sinceMs, reason, critical } = verdict
  return {
    activity_id: `degraded:${component}:${sinceMs}`,
    activity_type: 'degraded',
    message: `${component} is degraded: ${reason}`,
    state_at_event: state,
    metadata: { severity: 'warning', component, reason, critical, since_ms: sinceMs },
    timestamp_ms: nowMs,
  }
}

/** An episode is over. */
export function recoveredActivity({ component, sinceMs }: Episode, { state, nowMs }: Moment): SystemActivity {
  const lastedMs = Math.max(0, nowMs - sinceMs)
  return {
    activity_id: `recovered:${component}:${sinceMs}`,
    activity_type: 'recovered',
    message: `${component} has recovered after ${Math.round(lastedMs / 1_000)} s`,
    state_at_event: state,
    metadata: { severity: 'info', component, since_ms: sinceMs, lasted_ms: lastedMs },
    timestamp_ms: nowMs,
  }
}

/** How everything is, at a moment when that changed or after a long time. */
export function healthCheckActivity(
  verdicts: readonly ComponentVerdict[],
  { state, nowMs }: Moment,
): SystemActivity {
  const ailing = verdicts.filter(({ status }) => status !== 'healthy')
  const nonCritical = verdicts.filter(({ critical }) => !critical)
  return {
    activity_id: `health_check:${nowMs}`,
    activity_type: 'health_check',
    message: ailing.length === 0 ? 'all components are healthy' : `not healthy: ${inWords(ailing)}`,
    state_at_event: state,
    metadata: {
      severity: ailing.length === 0 ? 'success' : 'warning',
      components: Object.fromEntries(
        verdicts.map(({ component, status }) => [component, status === 'healthy']),
      ),
      all_healthy: ailing.length === 0,
      critical_healthy: criticalWork(verdicts),
      non_critical_healthy: nonCritical.every(({ status }) => status === 'healthy'),
    },
    timestamp_ms: nowMs,
  }
}

/** The monitor is back after a stretch that nobody watched. */
export function resumedActivity(lastSeenMs: number, { state, nowMs }: Moment): SystemActivity {
  const awayMs = nowMs - lastSeenMs
  return {
    activity_id: `resumed:${lastSeenMs}`,
    activity_type: 'operation',
    message: `nobody watched for ${Math.round(awayMs / 1_000)} s; going on in state ${state}`,
    state_at_event: state,
    metadata: { severity: 'warning', unwatched_ms: awayMs, unwatched_since_ms: lastSeenMs },
    timestamp_ms: nowMs,
  }
}
