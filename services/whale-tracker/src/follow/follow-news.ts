import { setTimeout as wait } from 'node:timers/promises'
import type { Bus, Fence, LogResult } from '@whalecast/bus'
import type { Decision, DecisionAction, Follow, FollowOrder, SystemActivity } from '@whalecast/events'
import { unlessAborted, type Logger } from '@whalecast/runtime'
import { toActivity } from '../domain/follow/follow-activity.ts'

const againAfterMs = 100

/** Another follower has taken over, or the bus is closed. */
export class NotFollowingError extends Error {
  override readonly name = 'NotFollowingError'
}

export type FollowNewsOptions = {
  readonly bus: Bus
  readonly fence: Fence
  readonly over: AbortSignal
  readonly logger: Logger
}

/**
 * Tells what becomes of whales, in the name of one term. Everything has an id of its own, so it is told once however
 * often it is tried. All of it throws NotFollowingError when this is no longer ours to tell.
 */
export class FollowNews {
  private readonly options: FollowNewsOptions
  private version = 0

  constructor(options: FollowNewsOptions) {
    this.options = options
  }

  /** A whale is being judged; with its order, if one is about to be sent. */
  async begin(whaleId: string, nowMs: number, order?: FollowOrder): Promise<void> {
    const data = {
      whale_id: whaleId,
      status: 'processing',
      action: null,
      ...(order && { order }),
      timestamp_ms: nowMs,
    } as const
    await this.tell(
      (options) => this.decisions({ type: 'whale_processing', data }, options),
      `begin:${whaleId}`,
    )
  }

  /** False when it was known already, or does not fit its schema. */
  async decide(decision: Decision): Promise<boolean> {
    const event = { type: 'decision', data: decision } as const
    return this.tell((options) => this.decisions(event, options), `decision:${decision.whale_id}`)
  }

  async complete(whaleId: string, action: DecisionAction, nowMs: number): Promise<void> {
    const data = { whale_id: whaleId, status: 'complete', action, timestamp_ms: nowMs } as const
    await this.tell(
      (options) => this.decisions({ type: 'whale_processing', data }, options),
      `end:${whaleId}`,
    )
  }

  /** An order that was placed or failed is worth an operator's notice; nothing else is. */
  async announce(decision: Decision, stateAtEvent: SystemActivity['state_at_event']): Promise<void> {
    const data = toActivity(decision, stateAtEvent)
    if (!data) return
    const event = { type: 'system_activity', data } as const
    await this.tell((options) => this.options.bus.publish('system', event, options), data.activity_id)
  }

  /** False when it did not get through. */
  async show(data: Follow): Promise<boolean> {
    const { bus, fence, over, logger } = this.options
    this.version += 1
    const put = bus.put('follow', { type: 'follow', data }, { fence, version: this.version })
    const result = await unlessAborted(put, over)
    if (!result) throw new NotFollowingError('the term is over')
    if (result.status !== 'rejected') return result.status === 'accepted'
    if (result.reason !== 'invalid') throw new NotFollowingError(`refused: ${result.reason}`)
    logger.error('what is told of following does not fit its schema', { follow: data })
    return false
  }

  private decisions(
    event: Parameters<typeof this.options.bus.publish<'decisions'>>[1],
    options: { readonly id: string; readonly fence: Fence },
  ): Promise<LogResult> {
    return this.options.bus.publish('decisions', event, options)
  }

  /** Whether it was told now; tries again while the outcome is unknown. */
  private async tell(
    publish: (options: { readonly id: string; readonly fence: Fence }) => Promise<LogResult>,
    id: string,
  ): Promise<boolean> {
    const { fence, over, logger } = this.options
    let mayBeOurs = false
    for (;;) {
      const result = await unlessAborted(publish({ id, fence }), over)
      if (!result) throw new NotFollowingError('the term is over')
      if (result.status === 'accepted') return mayBeOurs || !result.duplicate
      if (result.status === 'unconfirmed') mayBeOurs = true
      else if (result.reason === 'invalid') {
        logger.error('something about a whale does not fit its schema', { id })
        return false
      } else if (result.reason !== 'full') throw new NotFollowingError(`refused: ${result.reason}`)
      await wait(againAfterMs, undefined, { signal: over }).catch(() => undefined)
    }
  }
}
