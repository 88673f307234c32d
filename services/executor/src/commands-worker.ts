import { setTimeout as wait } from 'node:timers/promises'
import type { Batch, Bus, Commit, Fence, PartitionWorker } from '@whalecast/bus'
import type { CleanupResult } from '@whalecast/events'
import type { Clock, Logger } from '@whalecast/runtime'
import { PartitionLostError, tellResult, type Announcer } from './adapters/told.ts'
import { tellCleanup } from './domain/activities.ts'
import type { Broker, Cleanup } from './domain/broker.ts'
import type { ExecutorMetrics } from './executor-metrics.ts'

/** Who asked has given up long before; what was meant then may be wrong now. */
const oldAfterMs = 60_000
const lookEveryMs = 50

export type CommandDeps = {
  readonly bus: Bus
  /** The broker, while this process carries out orders. */
  readonly broker: () => Broker | undefined
  readonly metrics: ExecutorMetrics
  readonly announcer: Announcer
  readonly logger: Logger
  readonly now: Clock
}

/** Carries out commands: cancelling orders. One that comes twice finds nothing left to cancel and tells nothing new. */
export class CommandsWorker implements PartitionWorker<'orders'> {
  private readonly deps: CommandDeps
  private readonly fence: Fence
  private readonly over = new AbortController()

  constructor(deps: CommandDeps, fence: Fence) {
    this.deps = deps
    this.fence = fence
  }

  async onBatch({ items }: Batch<'orders'>): Promise<Commit> {
    const { bus, announcer, metrics, logger, now } = this.deps
    for (const item of items) {
      if (item.kind !== 'cleanup') {
        metrics.misplaced()
        logger.error('an order came on the partition of commands and is left out', {
          whale_id: item.whale_id,
        })
        continue
      }
      const late = now() - item.requested_at_ms > oldAfterMs
      const result = late ? failure(item, 'it came too late', now()) : await this.cleanUp(item)
      const options = { id: item.command_id, fence: this.fence, over: this.over.signal }
      await tellResult(bus, { type: 'cleanup_result', data: result }, options)
      announcer.tell(tellCleanup(item, result), now())
    }
    return {}
  }

  onEnd(): void {
    this.over.abort()
  }

  private async cleanUp(command: Cleanup): Promise<CleanupResult> {
    const broker = await this.untilLeading()
    try {
      return await cleanUp(command, broker, this.deps.now)
    } catch (error) {
      return failure(command, `the orders could not be read: ${reasonOf(error)}`, this.deps.now())
    }
  }

  private async untilLeading(): Promise<Broker> {
    for (;;) {
      if (this.over.signal.aborted) throw new PartitionLostError('the partition is no longer held')
      const broker = this.deps.broker()
      if (broker) return broker
      await wait(lookEveryMs, undefined, { signal: this.over.signal }).catch(() => undefined)
    }
  }
}

/** Cancels what the command means, one order after the other; one that fails stops none of the others. */
async function cleanUp(command: Cleanup, broker: Broker, now: Clock): Promise<CleanupResult> {
  const cancelled: string[] = []
  const preserved: string[] = []
  const errors: string[] = []
  for (const order of await broker.resting()) {
    if (command.orphaned_only && order.groupId !== null) {
      preserved.push(order.orderId)
      continue
    }
    try {
      if ((await broker.cancel(order)) === 'canceled') cancelled.push(order.orderId)
    } catch (error) {
      errors.push(`${order.orderId}: ${reasonOf(error)}`)
    }
  }
  return toResult(command, { cancelled, preserved, errors }, now())
}

type Done = Pick<CleanupResult, 'cancelled' | 'preserved' | 'errors'>

const failure = (command: Cleanup, reason: string, nowMs: number): CleanupResult =>
  toResult(command, { cancelled: [], preserved: [], errors: [reason] }, nowMs)

function toResult(command: Cleanup, { cancelled, preserved, errors }: Done, nowMs: number): CleanupResult {
  return {
    command_id: command.command_id,
    success: errors.length === 0,
    mode: command.orphaned_only ? 'orphaned_only' : 'all',
    cancelled_count: cancelled.length,
    preserved_count: preserved.length,
    error_count: errors.length,
    cancelled,
    preserved,
    errors,
    timestamp_ms: nowMs,
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
