import { expect, test } from '@jest/globals'
import { createMemoryBus, MemoryBroker, type Bus } from '@whalecast/bus'
import type { Whale } from '@whalecast/events'

/**
 * What must not compile. `npm run verify` compiles this file, and there an `@ts-expect-error` that meets no error is
 * one itself. Nothing in it is meant to run.
 */
async function misuse(bus: Bus, whale: Whale): Promise<void> {
  bus.subscribe('whales', ({ data }) => void data.payout_dollars.toFixed(2))
  // @ts-expect-error a whale has no such field
  bus.subscribe('whales', ({ data }) => void data.payout_euros)
  // @ts-expect-error there is no such channel
  bus.subscribe('wales', () => undefined)
  // @ts-expect-error the handler expects another channel's payload
  bus.subscribe('status', ({ data }: { data: Whale }) => void data)
  await bus.publish('whales', { type: 'whale', data: whale }, { id: whale.whale_id })
  // @ts-expect-error a whale is not a system activity
  await bus.publish('system', { type: 'system_activity', data: whale }, { id: whale.whale_id })
  // @ts-expect-error whale_queue is a latest channel: it is put, not published
  await bus.publish('whale_queue', { type: 'whale_queue', data: whale }, { id: whale.whale_id })
  // @ts-expect-error a tape channel keeps nothing that could be read
  await bus.latest('tape')
}

test('another channel’s payload, a channel that is none and the wrong verb do not compile', () => {
  // The compiler is the judge; here it only shows that the cases are part of the suite.
  expect(misuse).toHaveLength(2)
})

test('the same API serves every channel, typed by its name', async () => {
  const bus = createMemoryBus(new MemoryBroker())
  const disposers = [
    bus.subscribe('whales', () => undefined),
    bus.subscribe('whale_queue', () => undefined),
    bus.subscribe('tape', () => undefined),
  ]
  expect(bus.subscriptionCount).toBe(disposers.length)
  await bus.close()
  expect(bus.subscriptionCount).toBe(0)
})
