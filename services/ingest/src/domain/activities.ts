import type { Notice } from '@whalecast/bus'
import type { ActivitySeverity, ActivityType, SystemActivity } from '@whalecast/events'

/** The same trouble within this time after its last sign is the same episode. */
export const episodeMs = 60_000

/** Tells the first sign of a trouble from its repetitions, by name. */
export class Episodes {
  readonly #lastMs = new Map<string, number>()

  /** True when this is the first sign of an episode. */
  begins(name: string, nowMs: number): boolean {
    const lastMs = this.#lastMs.get(name) ?? -Infinity
    this.#lastMs.set(name, nowMs)
    if (this.#lastMs.size > 1_000) {
      for (const [old, atMs] of this.#lastMs) if (nowMs - atMs > episodeMs) this.#lastMs.delete(old)
    }
    return nowMs - lastMs > episodeMs
  }
}

/** Something to tell an operator, before it has an id and a time. */
export type Told = {
  readonly type: ActivityType
  readonly severity: ActivitySeverity
  readonly message: string
  /** Told once per episode under this name; every time without one. */
  readonly episode?: string
  readonly metadata?: Readonly<Record<string, string | number | boolean | null>>
}

/** What an operator is told of a notice from the bus; undefined for what health tells already. */
export function fromNotice(notice: Notice): Told | undefined {
  switch (notice.type) {
    case 'queue_pressure': {
      const { queue, level, utilization } = notice
      // At `full` the feed pauses, which feed_state says.
      if (level === 'full') return undefined
      const percent = Math.round(utilization * 100)
      return {
        type: 'queue_pressure',
        severity: level === 'high' ? 'warning' : 'success',
        message: level === 'high' ? `Queue ${queue} is ${percent} % full` : `Queue ${queue} has room again`,
        metadata: { queue, utilization },
      }
    }
    case 'rejected': {
      const { target, reason } = notice
      return {
        type: 'operation',
        severity: 'error',
        message: `${target} refused something: ${reason}`,
        episode: `rejected ${target} ${reason}`,
        metadata: { target, reason },
      }
    }
    case 'dead_letter': {
      const { source, reason } = notice
      return {
        type: 'dead_letter',
        severity: 'error',
        message: `Something of ${source} could not be handled and was put aside: ${reason}`,
        episode: `dead_letter ${source} ${reason}`,
        metadata: { source, reason },
      }
    }
    case 'handler_error':
    case 'handler_health':
    case 'connection':
    case 'epoch':
      break
  }
  return undefined
}

/** The activity, under an id that stays the same however often it has to be sent. */
export function toActivity(told: Told, id: string, nowMs: number): SystemActivity {
  return {
    activity_id: id,
    activity_type: told.type,
    message: told.message,
    state_at_event: 'unknown',
    metadata: { severity: told.severity, service: 'ingest', ...told.metadata },
    timestamp_ms: nowMs,
  }
}
