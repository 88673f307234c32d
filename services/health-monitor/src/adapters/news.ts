import { setTimeout as wait } from 'node:timers/promises'
import type { Bus, Fence, Rejected } from '@whalecast/bus'
import type { Health, SystemActivity } from '@whalecast/events'
import { unlessAborted } from '@whalecast/runtime'

const againAfterMs = 200

/** Another monitor has taken over, or the bus is closed. */
export class NotLeadingError extends Error {
  override readonly name = 'NotLeadingError'
}

/** Tells the world what the monitor found, in the name of one term of leadership. */
export class News {
  private readonly bus: Bus
  private readonly fence: Fence
  private readonly over: AbortSignal
  private version = 0

  constructor(bus: Bus, fence: Fence, over: AbortSignal) {
    this.bus = bus
    this.fence = fence
    this.over = over
  }

  /**
   * Tells an activity once, under its id; tries again while the outcome is unknown. False when it was refused
   * as malformed. Throws NotLeadingError when this is no longer ours to tell.
   */
  async tell(activity: SystemActivity): Promise<boolean> {
    const event = { type: 'system_activity', data: activity } as const
    const options = { id: activity.activity_id, fence: this.fence }
    for (;;) {
      const result = await unlessAborted(this.bus.publish('system', event, options), this.over)
      if (!result) throw new NotLeadingError('the term is over')
      if (result.status === 'accepted') return true
      if (result.status === 'rejected' && result.reason !== 'full') return refused(result)
      await wait(againAfterMs, undefined, { signal: this.over }).catch(() => undefined)
    }
  }

  /** Shows the health as it is now. False when it did not get through; the next one will. */
  async show(health: Health): Promise<boolean> {
    this.version += 1
    const event = { type: 'health', data: health } as const
    const options = { fence: this.fence, version: this.version }
    const result = await unlessAborted(this.bus.put('health', event, options), this.over)
    if (!result) throw new NotLeadingError('the term is over')
    if (result.status === 'rejected') return refused(result)
    return result.status === 'accepted'
  }
}

function refused({ reason }: Rejected): false {
  if (reason === 'invalid') return false
  throw new NotLeadingError(`publishing was refused: ${reason}`)
}
