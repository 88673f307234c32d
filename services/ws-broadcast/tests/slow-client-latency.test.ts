import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { eventually, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { WebSocket } from 'ws'
import { connectStalled } from './support/connect-stalled.ts'
import { openBroadcast } from './support/open-broadcast.ts'
import { publishWhale } from './support/samples.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

const rounds = 5
const messages = 200
const others = 5
/**
 * Both halves of a round share whatever else the machine does, so what the ratios allow is noise alone, of which a p99
 * has more; whoever waits for a client that does not read waits without end.
 */
const atMost = { p50: 2, p99: 3 }

type Waits = { readonly p50: number; readonly p99: number }

function quantilesOf(waits: readonly number[]): Waits {
  const sorted = waits.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1]!
  return { p50: at(0.5), p99: at(0.99) }
}
const medianOf = (values: readonly number[]): number => quantilesOf(values).p50

/** A client that counts whales and does nothing else: what is timed here is the server. */
async function connectCounter(url: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}ws`, ['whalecast.v1'])
  let whales = 0
  let onWhale = () => undefined as void
  socket.on('message', (message: Buffer) => {
    if (!message.includes('"type":"whale"')) return
    whales += 1
    onWhale()
  })
  await once(socket, 'open')
  return {
    /** Resolves with the whale of this number. */
    whale: (count: number) =>
      new Promise<void>((resolve) => {
        onWhale = () => void (whales >= count && resolve())
        onWhale()
      }),
    end: () => socket.terminate(),
  }
}

test('with a client that does not read, the p99 of the others is what it is without one', async () => {
  await using broadcast = await openBroadcast({ config: { clientBufferBytes: 8 * 1024 * 1024 } })
  const clients = await Promise.all(Array.from({ length: others }, () => connectCounter(broadcast.url)))
  const queued = () => broadcast.metric('ws_queued_bytes')
  let published = 0
  /** Publishes one message and waits until each of the others has it. */
  const deliver = async (title: string) => {
    published += 1
    const arrived = clients.map(({ whale }) => whale(published))
    await Promise.all([publishWhale(broadcast.bus, `w${published}`, { title }), ...arrived])
  }
  /** How long a message is on its way to all of the others, in milliseconds. */
  const measure = async () => {
    const waits: number[] = []
    while (waits.length < messages) {
      const beganMs = performance.now()
      await deliver('a whale')
      waits.push(performance.now() - beganMs)
    }
    return quantilesOf(waits)
  }

  try {
    await eventually(() => broadcast.facts.read()['ws_clients'] === others)
    await measure()
    const ratios: Waits[] = []
    while (ratios.length < rounds) {
      const without = await measure()
      using stalled = await connectStalled(broadcast.url)
      await eventually(() => broadcast.facts.read()['ws_clients'] === others + 1)
      // The kernel takes several MB before the process sees that nobody reads.
      const padding = 'x'.repeat(64 * 1024)
      while ((await queued()) < 256 * 1024) await deliver(padding)
      const withOne = await measure()
      // It stood in the way all the time, and nobody has ended it.
      expect(await queued()).toBeGreaterThan(256 * 1024)
      expect(await broadcast.metric('ws_closed_total', { code: '4408' })).toBe(0)
      ratios.push({ p50: withOne.p50 / without.p50, p99: withOne.p99 / without.p99 })
      stalled.destroy()
      await eventually(() => broadcast.facts.read()['ws_clients'] === others)
    }
    expect(medianOf(ratios.map(({ p99 }) => p99))).toBeLessThan(atMost.p99)
    expect(medianOf(ratios.map(({ p50 }) => p50))).toBeLessThan(atMost.p50)
  } finally {
    for (const { end } of clients) end()
  }
})
