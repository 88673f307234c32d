import { machineState, type Health, type SystemActivity } from '@whalecast/events'
import type { Episode } from './activities.ts'
import { Machine, type Transition } from './machine.ts'

/** A state older than this says nothing about the system any more: it begins anew. Longer than any takeover. */
const forgottenAfterMs = 30_000
/** Health is published every five seconds at the least; a longer silence means that nobody watched. */
const unwatchedAfterMs = 8_000

/** Where a monitor goes on. */
export type Resumed = {
  readonly machine: Machine
  readonly episodes: readonly Episode[]
  /** What the newest health check told: the components that were not healthy, and when. */
  readonly check: { readonly ailing: string; readonly atMs: number } | undefined
  /** Why the machine begins at startup; undefined when it goes on. */
  readonly because: string | undefined
  /** When somebody last watched, if that was too long ago to pass over in silence. */
  readonly unwatchedSinceMs: number | undefined
}

/** Goes on where the monitor before stopped, as far as the newest health and the activities (oldest first) tell. */
export function resume(
  health: Health | undefined,
  activities: readonly SystemActivity[],
  nowMs: number,
): Resumed {
  const history = activities.flatMap((activity) => toTransition(activity) ?? [])
  const newest = history.at(-1)
  const lastSeenMs = Math.max(health?.timestamp_ms ?? 0, newest?.atMs ?? 0)
  const awayMs = nowMs - lastSeenMs
  const place = newest ? { state: newest.to, sinceMs: newest.atMs } : placeOf(health)
  const anew = (because: string): Resumed => ({
    machine: new Machine('startup', nowMs, history),
    // What was told as degraded is told as recovered, however long that takes.
    episodes: openEpisodes(activities),
    check: undefined,
    because,
    unwatchedSinceMs: undefined,
  })
  if (!place) return anew('first start')
  if (place.state === 'shutdown') return anew('the system was shut down')
  if (awayMs > forgottenAfterMs) {
    return anew(`nobody watched for ${Math.round(awayMs / 1_000)} s, the last state was ${place.state}`)
  }
  return {
    machine: new Machine(place.state, place.sinceMs, history),
    episodes: openEpisodes(activities),
    check: newestCheck(activities),
    because: undefined,
    unwatchedSinceMs: awayMs > unwatchedAfterMs ? lastSeenMs : undefined,
  }
}

function placeOf(health: Health | undefined) {
  const state = machineState.safeParse(health?.machine_state)
  return state.success && health ? { state: state.data, sinceMs: health.machine_state_since_ms } : undefined
}

function toTransition({ from_state: from, to_state: to, metadata, timestamp_ms: atMs }: SystemActivity) {
  if (from === undefined || to === undefined) return undefined
  const { context, from_since_ms: since } = metadata
  const transition: Transition = {
    from,
    to,
    context: typeof context === 'string' ? context : '',
    atMs,
    fromSinceMs: typeof since === 'number' ? since : atMs,
  }
  return transition
}

function openEpisodes(activities: readonly SystemActivity[]): readonly Episode[] {
  const open = new Map<string, Episode>()
  for (const { activity_type: type, metadata } of activities) {
    const { component, since_ms: sinceMs } = metadata
    if (typeof component !== 'string' || typeof sinceMs !== 'number') continue
    if (type === 'degraded') open.set(component, { component, sinceMs })
    if (type === 'recovered') open.delete(component)
  }
  return [...open.values()]
}

function newestCheck(activities: readonly SystemActivity[]): Resumed['check'] {
  const newest = activities.findLast((activity) => activity.activity_type === 'health_check')
  const { components } = newest?.metadata ?? {}
  if (!newest || typeof components !== 'object' || components === null) return undefined
  const ailing = Object.entries(components).flatMap(([name, healthy]) => (healthy === true ? [] : [name]))
  return { ailing: ailing.toSorted().join(), atMs: newest.timestamp_ms }
}
