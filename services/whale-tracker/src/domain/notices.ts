import type { Notice } from '@whalecast/bus'
import type { SystemActivity } from '@whalecast/events'

/** A trouble told within this time is not told again: a batch that fails five times in a row is one trouble. */
const episodeMs = 60_000

/** Tells an operator what the bus has to say about the tracker's work, each trouble once a minute at the most. */
export class Notices {
  private readonly toldAtMs = new Map<string, number>()
  private readonly instance: string
  private count = 0

  constructor(instance: string) {
    this.instance = instance
  }

  /** The activity for a notice; undefined for what the log and the component's health say well enough. */
  toActivity(notice: Notice, nowMs: number): SystemActivity | undefined {
    const told = describe(notice)
    if (!told) return undefined
    const lastMs = this.toldAtMs.get(told.message)
    if (lastMs !== undefined && nowMs - lastMs < episodeMs) return undefined
    for (const [message, atMs] of this.toldAtMs) {
      if (nowMs - atMs >= episodeMs) this.toldAtMs.delete(message)
    }
    this.toldAtMs.set(told.message, nowMs)
    this.count += 1
    return {
      activity_id: `${this.instance}:${this.count}`,
      activity_type: told.type,
      message: told.message,
      state_at_event: 'unknown',
      metadata: { severity: 'error', service: 'whale-tracker', ...told.metadata },
      timestamp_ms: nowMs,
    }
  }
}

function describe(notice: Notice) {
  if (notice.type === 'dead_letter') {
    const { source, reason } = notice
    const message = `something of ${source} could not be handled and was put aside: ${reason}`
    return { type: 'dead_letter', message, metadata: { source, reason } } as const
  }
  if (notice.type === 'handler_error') {
    const { channel, error } = notice
    const reason = error instanceof Error ? error.message : String(error)
    const message = `handling ${channel} failed and is tried again: ${reason}`
    return { type: 'handler_error', message, metadata: { channel, reason } } as const
  }
  return undefined
}
