import type { ShedReason } from '@whalecast/fanout'
import type { Metrics } from '@whalecast/runtime'
import type { Refusal } from '../domain/admission/gate.ts'
import type { Problem } from '../domain/conversation/protocol.ts'
import type { ResumeSource } from '../domain/continuity/resume.ts'

/** Codes that stand in the metric by themselves; a client may end with any of 3000–4999. */
const ownCodes: ReadonlySet<number> = new Set([
  1000, 1001, 1005, 1006, 1009, 1012, 4001, 4029, 4401, 4402, 4408,
])

export type Instruments = ReturnType<typeof createInstruments>

/** What this service counts. Every frame a client does not get stands in one of these, with its reason. */
export function createInstruments(
  metrics: Metrics,
  read: { clients(): number; queuedBytes(): number; selective(): number },
) {
  metrics.gauge('ws_clients', 'clients connected to this replica', [], (gauge) => gauge.set(read.clients()))
  metrics.gauge('ws_queued_bytes', 'bytes that wait for slow clients', [], (gauge) =>
    gauge.set(read.queuedBytes()),
  )
  metrics.gauge('ws_filters', 'filters and wildcards that differ, of all clients', [], (gauge) =>
    gauge.set(read.selective()),
  )
  const encoded = metrics.counter(
    'ws_frames_encoded_total',
    'messages serialised, each once for all clients',
    ['type'],
  )
  // Counted with each write to each client: far too often to go through the metric each time.
  let sent = 0
  let sentBytes = 0
  const showing = (value: () => number) => (counter: ReturnType<Metrics['counter']>) => {
    counter.reset()
    counter.inc(value())
  }
  metrics.counter(
    'ws_messages_sent_total',
    'frames handed to client connections',
    [],
    showing(() => sent),
  )
  metrics.counter(
    'ws_sent_bytes_total',
    'bytes handed to client connections',
    [],
    showing(() => sentBytes),
  )
  const conflated = metrics.counter('ws_conflated_total', 'latest values that a newer one overtook', [
    'where',
  ])
  const shed = metrics.counter('ws_shed_total', 'frames not sent to a slow client', ['reason'])
  const suppressed = metrics.counter('ws_suppressed_total', 'prints above the rate of a client', ['channel'])
  const closed = metrics.counter('ws_closed_total', 'connections ended', ['code'])
  const refused = metrics.counter('ws_refused_total', 'requests turned away', ['reason'])
  const problems = metrics.counter('ws_client_problems_total', 'frames of clients that were not obeyed', [
    'reason',
  ])
  const resumed = metrics.counter(
    'ws_resumed_total',
    'logs that clients came back into, by where they got what they had missed',
    ['from'],
  )
  const replayReads = metrics.counter('ws_replay_reads_total', 'parts of logs read again for clients')
  const rtt = metrics.histogram('ws_rtt_seconds', 'round trip of a ping')
  return {
    get sent() {
      return sent
    },
    encoded: (type: string) => encoded.inc({ type }),
    delivered: (frames: number, size: number) => {
      sent += frames
      sentBytes += size
    },
    conflated: (where: 'replica' | 'client') => conflated.inc({ where }),
    /** Above the rate, for so many clients. By the channel's name alone: markets are too many for a label. */
    thinned: (how: 'suppressed' | 'conflated', channel: string, clients: number) => {
      if (how === 'conflated') conflated.inc({ where: 'rate' }, clients)
      else suppressed.inc({ channel: channel.split(':', 1)[0] ?? channel }, clients)
    },
    shed: (frames: number, reason: ShedReason) => shed.inc({ reason }, frames),
    closed: (code: number) => closed.inc({ code: ownCodes.has(code) ? String(code) : 'other' }),
    refused: (reason: Refusal['reason']) => refused.inc({ reason }),
    problem: (reason: Problem) => problems.inc({ reason }),
    resumed: (from: ResumeSource) => resumed.inc({ from }),
    replayRead: () => replayReads.inc(),
    rtt: (ms: number) => rtt.observe(ms / 1_000),
    toSockets: metrics.latency('broadcast_socket'),
    fromTracker: metrics.latency('tracker_broadcast'),
  }
}
