import { expect, test } from '@jest/globals'
import type { Positions } from '@whalecast/events'
import { FrameEncoder } from '@whalecast/fanout'
import { Client } from '../conversation/client.ts'
import { createPings } from './pings.ts'

function open() {
  const encoder = new FrameEncoder({
    frameText: (payload) => ({ bytes: payload, headerBytes: 0 }),
    now: () => 1,
    onEncode: () => undefined,
  })
  const heads: Positions = { whales: { epoch: 1, offset: 9 }, system: { epoch: 1, offset: 4 } }
  const feeds = new Map<Client, readonly string[]>()
  const ping = createPings({
    board: { positions: () => heads },
    hub: { feedsOf: (client) => feeds.get(client) ?? [] },
    encoder,
  })
  const client = (...heard: readonly string[]) => {
    const made = new Client({
      id: 'c',
      address: '127.0.0.1',
      caller: { name: 'anonymous', scopes: ['market'] },
      limitBytes: 1_000,
      socket: { buffered: 0, write: () => 0, close: () => undefined, destroy: () => undefined },
      losses: { conflated: () => undefined, shed: () => undefined },
      now: () => 1,
      onSent: () => undefined,
    })
    feeds.set(made, heard)
    return made
  }
  const told = (nowMs: number, to: Client) => JSON.parse(ping(nowMs, to).bytes.toString()).data
  return { heads, ping, client, told }
}

test('a ping tells the places in the logs that the client listens to, and in no other', () => {
  const { client, told, heads } = open()
  expect(told(5, client('whales', 'status', 'tape'))).toEqual({
    timestamp_ms: 5,
    positions: { whales: heads['whales'] },
  })
  // Of a log that it may have asked for, but does not listen to yet, what it missed is still to come.
  expect(told(5, client('status'))).toEqual({ timestamp_ms: 5, positions: {} })
  expect(told(5, client('system+public')).positions).toEqual({ system: heads['system'] })
})

test('it is made once a moment for all to whom it says the same', () => {
  const { client, ping, heads } = open()
  const [one, other, third] = [client('whales'), client('whales', 'tape'), client('system')]
  const first = ping(5, one)
  expect(ping(5, other)).toBe(first)
  expect(ping(5, third)).not.toBe(first)
  expect(ping(5, one)).toBe(first)
  heads['whales'] = { epoch: 1, offset: 10 }
  expect(ping(5, one)).not.toBe(first)
  expect(ping(6, one)).not.toBe(ping(5, one))
})
