import { describe, expect, test } from '@jest/globals'
import { traderStatusSchema, type Health, type Heartbeat } from '@whalecast/events'
import { epochMs, ingestFacts, makeBeat } from '../testing/beats.ts'
import { toTraderStatus } from './status.ts'

const health: Health = {
  status: 'degraded',
  machine_state: 'ready',
  machine_state_since_ms: epochMs,
  components: [],
  timestamp_ms: epochMs,
}
const nowMs = epochMs + 2_000
const times = { startedAtMs: epochMs - 56_200, nowMs }
const make = (heartbeats: readonly Heartbeat[], over: Partial<Health> | null = {}) => {
  const status = toTraderStatus(
    { heartbeats, health: over === null ? undefined : { ...health, ...over } },
    'x',
    times,
  )
  expect(traderStatusSchema.parse(status)).toEqual(status)
  return status
}

describe('trader_status', () => {
  test('every field, from those who know it', () => {
    const status = toTraderStatus(
      {
        heartbeats: [
          makeBeat('ingest', { facts: { ...ingestFacts, role: 'leader' } }),
          makeBeat('ws-broadcast', { facts: { ws_clients: 2, ws_messages_sent: 100 } }),
          makeBeat('ws-broadcast', { instance: 'second', facts: { ws_clients: 3, ws_messages_sent: 11 } }),
        ],
        health,
      },
      'periodic',
      times,
    )
    expect(traderStatusSchema.parse(status)).toEqual(status)
    expect(status).toEqual({
      timestamp_ms: nowMs,
      machine_state: 'ready',
      health: 'degraded',
      metrics: {
        uptime: 58.2,
        machine_state: 'ready',
        health: 'degraded',
        context: 'periodic',
        markets_connected: 10,
        snapshots_received: 11,
        deltas_received: 421,
        trades_received: 5_000,
        trades_per_second: 48.5,
        queue_utilization: 0.012,
        ws_clients: 5,
        ws_messages_sent: 111,
        ping_health: 'healthy',
        last_ping_age: 1.8,
        api_connected: true,
        api_url: 'https://api.example/trade-api/v2',
        ws_url: 'wss://ws.example/trade-api/ws/v2',
        connection_established_ms: epochMs - 50_000,
        first_trade_received_ms: epochMs - 49_000,
      },
    })
  })

  test('where nobody lives, nothing is known', () => {
    const { machine_state: state, health: overall, metrics } = make([], null)
    expect([state, overall]).toEqual(['unknown', 'unknown'])
    const { uptime, context, ...rest } = metrics
    expect([uptime, context]).toEqual([58.2, 'x'])
    for (const [name, value] of Object.entries(rest)) {
      expect([name, value]).toEqual([
        name,
        ['machine_state', 'health', 'ping_health'].includes(name) ? 'unknown' : null,
      ])
    }
  })

  test('a standby of ingest knows where it would connect, and no figure', () => {
    const { metrics } = make([makeBeat('ingest', { facts: { ...ingestFacts, role: 'standby' } })])
    expect(metrics).toMatchObject({
      api_url: 'https://api.example/trade-api/v2',
      trades_received: null,
      last_ping_age: null,
      api_connected: null,
      ping_health: 'unknown',
    })
  })

  test('of two that say they lead, the one heard last does', () => {
    const leads = (trades: number, sentAtMs: number) =>
      makeBeat('ingest', {
        instance: `i${trades}`,
        sent_at_ms: sentAtMs,
        facts: { ...ingestFacts, role: 'leader', trades_received: trades },
      })
    const { metrics } = make([leads(1, epochMs - 900), leads(2, epochMs), leads(3, epochMs - 500)])
    expect(metrics.trades_received).toBe(2)
  })

  test.each([
    { said: 'healthy', shown: 'healthy' },
    { said: 'degraded', shown: 'degraded' },
    { said: 'unhealthy', shown: 'unhealthy' },
    { said: 'starting', shown: 'unknown' },
  ] as const)('the socket says $said: ping_health $shown', ({ said, shown }) => {
    const beat = makeBeat('ingest', { facts: { role: 'leader' } }, said)
    expect(make([beat]).metrics.ping_health).toBe(shown)
  })

  test.each([
    { ageMs: 15_000, state: 'ready', status: 'degraded' },
    { ageMs: 15_001, state: 'unknown', status: 'unknown' },
  ])('health of $ageMs ms ago: $state', ({ ageMs, state, status }) => {
    const made = make([], { timestamp_ms: nowMs - ageMs })
    expect(made).toMatchObject({
      machine_state: state,
      health: status,
      metrics: { machine_state: state, health: status },
    })
  })

  test('a fact of the wrong kind is not known', () => {
    const facts = {
      role: 'leader',
      trades_received: 'many',
      snapshots_received: 1.5,
      api_connected: 1,
      ws_url: 7,
    }
    const { metrics } = make([makeBeat('ingest', { facts })])
    expect(metrics).toMatchObject({
      trades_received: null,
      snapshots_received: null,
      api_connected: null,
      ws_url: null,
    })
  })
})
