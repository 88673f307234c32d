import { wireChannels, type Heartbeat } from '@whalecast/events'
import { channelOf } from './feeds.ts'

/** A replica and who listens to it. */
export type Replica = {
  readonly instance: string
  readonly since_ms: number
  readonly clients: number
  /** By the channel's name; its markets together. */
  readonly listeners: Record<string, number>
}

export const channelNames = Object.keys(wireChannels)
/** The name under which a replica tells how many listen to a channel. */
export const listenersFact = (name: string): string => `ws_listeners_${name}`

/** How many listen to each channel: to its markets and forms together. */
export function countListeners(
  feeds: Iterable<readonly [feed: string, listeners: number]>,
): ReadonlyMap<string, number> {
  const counts = new Map(channelNames.map((name) => [name, 0]))
  for (const [feed, listeners] of feeds) {
    const name = channelOf(feed).split(':', 1)[0] ?? feed
    counts.set(name, (counts.get(name) ?? 0) + listeners)
  }
  return counts
}

/** What the replicas told of themselves. A channel that nobody listens to is left out. */
export function replicasOf(beats: readonly Heartbeat[]): readonly Replica[] {
  return beats
    .filter(({ service }) => service === 'ws-broadcast')
    .map(({ instance, started_at_ms, facts }) => {
      const count = (fact: string) => (typeof facts[fact] === 'number' ? facts[fact] : 0)
      const listeners = channelNames.map((name) => [name, count(listenersFact(name))] as const)
      return {
        instance,
        since_ms: started_at_ms,
        clients: count('ws_clients'),
        listeners: Object.fromEntries(listeners.filter(([, number]) => number > 0)),
      }
    })
    .toSorted((a, b) => a.instance.localeCompare(b.instance))
}
