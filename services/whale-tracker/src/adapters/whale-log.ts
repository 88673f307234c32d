import { setTimeout as wait } from 'node:timers/promises'
import type { Bus, Fence } from '@whalecast/bus'
import type { Whale } from '@whalecast/events'

const againAfterMs = 100

/** The partition belongs to another tracker or the bus is closed; the batch must not be committed here. */
export class PartitionLostError extends Error {
  override readonly name = 'PartitionLostError'
}

/** What became of a whale: told now, told already by an attempt before, or refused as not being a whale at all. */
export type Told = 'told' | 'known' | 'invalid'

/**
 * Publishes one whale under its trade id, so that it is told once however often this is tried. Keeps trying
 * while the outcome is unknown; throws PartitionLostError when this process is no longer the one to tell it.
 */
export async function tellWhale(bus: Bus, whale: Whale, fence: Fence, over: AbortSignal): Promise<Told> {
  for (;;) {
    if (over.aborted) throw new PartitionLostError('the partition is no longer held')
    const result = await bus.publish('whales', { type: 'whale', data: whale }, { id: whale.whale_id, fence })
    if (result.status === 'accepted') return result.duplicate ? 'known' : 'told'
    if (result.status === 'rejected') {
      if (result.reason === 'invalid') return 'invalid'
      if (result.reason !== 'full')
        throw new PartitionLostError(`publishing a whale was refused: ${result.reason}`)
    }
    await wait(againAfterMs, undefined, { signal: over }).catch(() => undefined)
  }
}
