import { setTimeout as pause } from 'node:timers/promises'
import type { Bus } from '@whalecast/bus'
import type { FrameEncoder, Hub } from '@whalecast/fanout'
import type { Client } from '../../domain/conversation/client.ts'
import { Drain } from '../../domain/continuity/drain.ts'
import { within } from '../feeds/within.ts'

export type DrainClientsOptions = {
  readonly hub: Hub<Client>
  readonly bus: Pick<Bus, 'connected' | 'heartbeats'>
  readonly encoder: FrameEncoder
  readonly instance: string
  /** How many clients a second one replica takes at most. */
  readonly acceptsPerSecond: number
  readonly withinMs: number
}

/** What the others take is not all for these clients: newcomers need room, and balancers are not even. */
const share = 0.5
const stepMs = 20
/** A bus that does not answer at once must not hold up a process that wants to end. */
const askedWithinMs = 300

/** Sends all clients away, as fast as the replicas that stay can take them. */
export async function drainClients(options: DrainClientsOptions): Promise<void> {
  const { hub, encoder, acceptsPerSecond, withinMs } = options
  if (hub.size === 0) return
  const perSecond = share * acceptsPerSecond * Math.max(1, await countOthers(options))
  const drain = new Drain({ hub, encoder, perSecond, withinMs, nowMs: performance.now() })
  while (!drain.step(performance.now())) await pause(stepMs)
}

async function countOthers({ bus, instance }: DrainClientsOptions): Promise<number> {
  const beats = bus.connected ? await within(askedWithinMs, bus.heartbeats()) : undefined
  const others = (beats ?? []).filter((beat) => beat.service === 'ws-broadcast' && beat.instance !== instance)
  return others.filter(({ components }) =>
    components.some(({ component, status }) => component === 'ws_broadcast' && status === 'healthy'),
  ).length
}
