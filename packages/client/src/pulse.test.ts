import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { Pulse } from './pulse.ts'

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 })
})
afterEach(() => {
  jest.useRealTimers()
})

const openPulse = (resting = () => false) => {
  const sent: string[] = []
  return { sent, pulse: new Pulse({ everyMs: 15_000, resting, send: (text) => sent.push(text) }) }
}

test('it measures what the answer to its last ping took, and nothing by another', () => {
  const { sent, pulse } = openPulse()
  pulse.start()
  expect(sent).toEqual(['{"type":"ping","timestamp_ms":1000000}'])
  pulse.answered(999_000, 1_000_004)
  expect(pulse.rttMs).toBeNull()
  pulse.answered(1_000_000, 1_000_007)
  expect(pulse.rttMs).toBe(7)
  pulse.stop()
  expect(jest.getTimerCount()).toBe(0)
})

test('while nobody looks no ping of its own goes out', () => {
  let hidden = false
  const { sent, pulse } = openPulse(() => hidden)
  pulse.start()
  jest.advanceTimersByTime(15_000)
  expect(sent).toHaveLength(2)
  hidden = true
  jest.advanceTimersByTime(3_600_000)
  expect(sent).toHaveLength(2)
  hidden = false
  jest.advanceTimersByTime(15_000)
  expect(sent).toHaveLength(3)
  pulse.stop()
})

test('the server’s clock follows from the frame that was fastest, anew on each connection', () => {
  const { pulse } = openPulse()
  expect(pulse.toServerMs(5_000)).toBe(5_000)
  pulse.start()
  pulse.heard(1_000, 1_250)
  pulse.heard(2_000, 2_203)
  pulse.heard(3_000, 3_900)
  expect(pulse.toServerMs(10_203)).toBe(10_000)
  expect(pulse.toLocalMs(10_000)).toBe(10_203)
  pulse.start()
  pulse.heard(1_000, 900)
  expect(pulse.toServerMs(900)).toBe(1_000)
  pulse.stop()
})
