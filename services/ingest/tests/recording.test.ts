import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createMemoryBus, MemoryBroker } from '@whalecast/bus'
import { startExchangeSim } from '@whalecast/exchange-sim'
import { eventually, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { memoryBuses, openStack, runIngest, told } from './ingest-harness.ts'

const recording = fileURLToPath(
  new URL('../../../../shared/data/kalshi_ws_kxbtc15m_20260514.jsonl.gz', import.meta.url),
)
const present = existsSync(recording)
const name = 'every frame of a recorded quarter of an hour is accounted for, across its reconnects'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

const run = present ? test : test.skip
run(present ? name : `${name} (skipped: the recording is not beside this repository)`, async () => {
  await using stack = openStack()
  const sim = await startExchangeSim({ replay: { file: recording, speed: 0 } })
  stack.defer(() => sim.close())
  const broker = new MemoryBroker()
  const bus = createMemoryBus(broker, { instance: 'reader' })
  stack.defer(() => bus.close())
  const service = stack.use(
    runIngest({
      exchange: sim,
      openBus: memoryBuses(broker),
      bookMarkets: ['KXBTC15M-26MAY140045-45', 'KXBTC15M-26MAY140100-00'],
    }),
  )
  await eventually(() => sim.stats().replay?.finished === 1, { timeoutMs: 60_000, everyMs: 100 })
  const { framesSent, replay } = sim.stats()
  const sent = Object.values(framesSent).reduce((sum, count) => sum + count, 0)
  await eventually(() => service.facts()['frames_read'] === sent, { timeoutMs: 20_000 })

  const frames = service.frames()
  expect(Object.values(frames).reduce((sum, count) => sum + count, 0)).toBe(sent)
  expect(Object.keys(frames).filter((label) => /invalid|unknown|duplicate/.test(label))).toEqual([])
  for (const [type, count] of Object.entries(framesSent)) {
    expect({ type, count: frames[`${type}_accepted`] }).toEqual({ type, count })
  }
  expect(frames['orderbook_delta_accepted']).toBe(101_703)
  // The connection was cut where the recorder's was; a number that is missing would have been a gap.
  expect(replay?.cuts).toBe(2)
  const { gaps } = await told(bus)
  expect(gaps.filter(({ cause }) => cause === 'sequence')).toEqual([])
})
