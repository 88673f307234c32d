import type { Health, Heartbeat, TraderStatus } from '@whalecast/events'

/** Health is shown every five seconds at the least; three of them missed say that nobody watches. */
const healthStaleAfterMs = 15_000

/** What a status is made of: who lives, and the newest health. */
export type Sources = { readonly heartbeats: readonly Heartbeat[]; readonly health: Health | undefined }

/** The state that a health tells; unknown when it is too old to be the present one, or missing. */
export function stateOf(health: Health | undefined, nowMs: number): TraderStatus['machine_state'] {
  return health && isFresh(health, nowMs) ? health.machine_state : 'unknown'
}

/**
 * The status at `nowMs`. Every figure comes from a process that lives; where none does it is null or unknown.
 * `uptime` is that of the reporting process, in seconds.
 */
export function toTraderStatus(
  { heartbeats, health }: Sources,
  context: string,
  { startedAtMs, nowMs }: { readonly startedAtMs: number; readonly nowMs: number },
): TraderStatus {
  const ingests = heartbeats.filter(({ service }) => service === 'ingest')
  const leader = newest(ingests.filter(({ facts }) => facts['role'] === 'leader'))
  const known = leader ?? newest(ingests)
  const lastFrameMs = numberIn(leader, 'last_frame_at_ms')
  const state = stateOf(health, nowMs)
  const status = health && isFresh(health, nowMs) ? health.status : 'unknown'
  return {
    timestamp_ms: nowMs,
    machine_state: state,
    health: status,
    metrics: {
      uptime: Math.max(0, nowMs - startedAtMs) / 1_000,
      machine_state: state,
      health: status,
      context,
      markets_connected: countIn(leader, 'markets_connected'),
      snapshots_received: countIn(leader, 'snapshots_received'),
      deltas_received: countIn(leader, 'deltas_received'),
      trades_received: countIn(leader, 'trades_received'),
      trades_per_second: numberIn(leader, 'trades_per_second'),
      queue_utilization: numberIn(leader, 'queue_utilization'),
      ws_clients: sumOf(heartbeats, 'ws_clients'),
      ws_messages_sent: sumOf(heartbeats, 'ws_messages_sent'),
      ping_health: pingHealth(leader),
      last_ping_age: lastFrameMs === null ? null : Math.round(Math.max(0, nowMs - lastFrameMs) / 100) / 10,
      api_connected: booleanIn(leader, 'api_connected'),
      // Where it connects to is configuration: a standby knows it as well.
      api_url: textIn(known, 'api_url'),
      ws_url: textIn(known, 'ws_url'),
      connection_established_ms: countIn(leader, 'connection_established_ms'),
      first_trade_received_ms: countIn(leader, 'first_trade_received_ms'),
    },
  }
}

function isFresh(health: Health, nowMs: number): boolean {
  return nowMs - health.timestamp_ms <= healthStaleAfterMs
}

/** A leader that was killed may be heard a moment longer than its successor begins: the later heartbeat counts. */
function newest(beats: readonly Heartbeat[]): Heartbeat | undefined {
  return beats.toSorted((a, b) => b.sent_at_ms - a.sent_at_ms)[0]
}

/** The socket's own word on its liveness. */
function pingHealth(beat: Heartbeat | undefined): TraderStatus['metrics']['ping_health'] {
  const report = beat?.components.find(({ component }) => component === 'exchange_socket')
  return !report || report.status === 'starting' ? 'unknown' : report.status
}

function sumOf(heartbeats: readonly Heartbeat[], name: string): number | null {
  const counts = heartbeats
    .filter(({ service }) => service === 'ws-broadcast')
    .map((beat) => countIn(beat, name))
    .filter((count) => count !== null)
  return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0)
}

function numberIn(beat: Heartbeat | undefined, name: string): number | null {
  const fact = beat?.facts[name]
  return typeof fact === 'number' && Number.isFinite(fact) ? fact : null
}

function countIn(beat: Heartbeat | undefined, name: string): number | null {
  const fact = numberIn(beat, name)
  return fact !== null && Number.isSafeInteger(fact) && fact >= 0 ? fact : null
}

function textIn(beat: Heartbeat | undefined, name: string): string | null {
  const fact = beat?.facts[name]
  return typeof fact === 'string' ? fact : null
}

function booleanIn(beat: Heartbeat | undefined, name: string): boolean | null {
  const fact = beat?.facts[name]
  return typeof fact === 'boolean' ? fact : null
}
