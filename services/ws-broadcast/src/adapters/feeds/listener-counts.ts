import type { Bus } from '@whalecast/bus'
import type { Hub } from '@whalecast/fanout'
import type { Facts } from '@whalecast/runtime'
import {
  channelNames,
  countListeners,
  listenersFact,
  replicasOf,
  type Replica,
} from '../../domain/channels/audience.ts'
import type { Client } from '../../domain/conversation/client.ts'
import { within } from './within.ts'

const busWithinMs = 2_000

/** Tells in this replica's heartbeat how many listen to each channel. Nobody has to ask it, and it ends with it. */
export function addListenerFacts(facts: Facts, hub: Pick<Hub<Client>, 'listeners'>): void {
  let counts: ReadonlyMap<string, number> | undefined
  for (const name of channelNames)
    facts.add(listenersFact(name), () => {
      // One look for all that are read in this turn.
      if (!counts) {
        counts = countListeners(hub.listeners())
        queueMicrotask(() => (counts = undefined))
      }
      return counts.get(name) ?? 0
    })
}

/** All replicas, as their heartbeats tell; undefined while the bus is away. */
export async function readReplicas(
  bus: Pick<Bus, 'connected' | 'heartbeats'>,
): Promise<readonly Replica[] | undefined> {
  const beats = bus.connected ? await within(busWithinMs, bus.heartbeats()) : undefined
  return beats && replicasOf(beats)
}
