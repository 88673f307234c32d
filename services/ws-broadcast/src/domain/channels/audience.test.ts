import { expect, test } from '@jest/globals'
import type { Heartbeat } from '@whalecast/events'
import { countListeners, replicasOf } from './audience.ts'

test('a channel’s markets and forms are counted together', () => {
  const counts = countListeners([
    ['system', 2],
    ['system+public', 3],
    ['tape', 1],
    ['tape:KXA', 4],
    ['book:KXA', 1],
  ])
  expect(Object.fromEntries([...counts].filter(([, number]) => number > 0))).toEqual({
    system: 5,
    tape: 5,
    book: 1,
  })
  expect(counts.get('whales')).toBe(0)
})

test('what the replicas tell of themselves, whatever else a heartbeat may hold', () => {
  const beat = (service: string, instance: string, facts: Heartbeat['facts']): Heartbeat => ({
    service,
    instance,
    started_at_ms: 5,
    sent_at_ms: 9,
    components: [],
    facts,
  })
  expect(
    replicasOf([
      beat('ws-broadcast', 'b', { ws_clients: 2, ws_listeners_whales: 2, ws_listeners_tape: 0 }),
      beat('ingest', 'i', { ws_clients: 9 }),
      beat('ws-broadcast', 'a', { ws_clients: null, ws_listeners_whales: 'many' }),
    ]),
  ).toEqual([
    { instance: 'a', since_ms: 5, clients: 0, listeners: {} },
    { instance: 'b', since_ms: 5, clients: 2, listeners: { whales: 2 } },
  ])
})
