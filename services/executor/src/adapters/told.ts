import { setTimeout as wait } from 'node:timers/promises'
import type { Bus, Fence } from '@whalecast/bus'
import type { ChannelEvent } from '@whalecast/events'
import type { Logger } from '@whalecast/runtime'
import { toActivity, type Told } from '../domain/activities.ts'

const againAfterMs = 100

/** The partition belongs to another executor or the bus is closed; nothing may be committed here any more. */
export class PartitionLostError extends Error {
  override readonly name = 'PartitionLostError'
}

type Result = ChannelEvent<'order_results'>

export type TellOptions = { readonly id: string; readonly fence: Fence; readonly over: AbortSignal }

/**
 * Publishes a result once under its id, however often it is tried; keeps trying while that is in doubt. Throws
 * PartitionLostError when this process is no longer the one to tell it.
 */
export async function tellResult(bus: Bus, event: Result, { id, fence, over }: TellOptions): Promise<void> {
  for (;;) {
    if (over.aborted) throw new PartitionLostError('the partition is no longer held')
    const answer = await bus.publish('order_results', event, { id, fence })
    if (answer.status === 'accepted') return
    if (answer.status === 'rejected' && answer.reason !== 'full') {
      // Not even an invalid result may pass in silence: whoever waits for it would wait for ever.
      if (answer.reason === 'invalid') throw new TypeError(`result ${id} does not fit its schema`)
      throw new PartitionLostError(`publishing a result was refused: ${answer.reason}`)
    }
    await wait(againAfterMs, undefined, { signal: over }).catch(() => undefined)
  }
}

/** Tells operators. Never rejects and never waits for Redis: what happened is in the results and the account too. */
export class Announcer {
  private readonly bus: Bus
  private readonly logger: Logger

  constructor(bus: Bus, logger: Logger) {
    this.bus = bus
    this.logger = logger
  }

  tell(told: Told, nowMs: number): void {
    const { severity, message, metadata } = told
    const level = severity === 'error' ? 'error' : severity === 'warning' ? 'warn' : 'info'
    this.logger.log(level, message, { activity_type: told.type, ...metadata })
    const event = { type: 'system_activity' as const, data: toActivity(told, nowMs) }
    void this.bus.publish('system', event, { id: told.id }).catch((error: unknown) => {
      this.logger.warn('an activity could not be published', { activity_id: told.id, error })
    })
  }
}
