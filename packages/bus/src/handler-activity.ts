import type { SystemActivity } from '@whalecast/events'
import type { HandlerHealth } from './bus.ts'

/** What an operator is told of a handler that is left alone, or trusted again; `count` tells the tellings of a process apart. */
export function handlerActivity(
  notice: HandlerHealth,
  instance: string,
  count: number,
  nowMs: number,
): SystemActivity {
  const { channel, owner } = notice
  const who = owner || 'a handler'
  const told =
    notice.level === 'recovered'
      ? { message: `${who} handles ${channel} again`, severity: 'success' as const }
      : {
          message: `${who} ${notice.reason === 'slow' ? 'takes too long with' : 'keeps failing on'} ${channel} and gets nothing of it for ${notice.restMs / 1_000} s`,
          severity: 'warning' as const,
        }
  return {
    activity_id: `${instance}:handlers:${count}`,
    activity_type: 'handler_error',
    message: told.message,
    state_at_event: 'unknown',
    metadata: { severity: told.severity, instance, channel, owner },
    timestamp_ms: nowMs,
  }
}
