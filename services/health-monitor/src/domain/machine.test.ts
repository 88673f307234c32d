import { describe, expect, test } from '@jest/globals'
import { machineState, type MachineState } from '@whalecast/events'
import { Machine } from './machine.ts'

const allowed: Readonly<Record<MachineState, readonly MachineState[]>> = {
  startup: ['initializing', 'error', 'shutdown'],
  initializing: ['orderbook_connect', 'error', 'shutdown'],
  orderbook_connect: ['trading_client_connect', 'ready', 'error', 'shutdown'],
  trading_client_connect: ['kalshi_data_sync', 'error', 'shutdown'],
  kalshi_data_sync: ['ready', 'error', 'shutdown'],
  ready: ['acting', 'orderbook_connect', 'error', 'shutdown'],
  acting: ['ready', 'error', 'shutdown'],
  error: ['startup', 'shutdown', 'ready', 'orderbook_connect'],
  shutdown: [],
}
const states = machineState.options
const pairs = states.flatMap((from) => states.map((to) => ({ from, to })))

test('nine states, so 81 pairs', () => {
  expect(pairs).toHaveLength(81)
})

describe('every pair is a step, no step, or refused, as tabled', () => {
  test.each(pairs)('$from → $to', ({ from, to }) => {
    const machine = new Machine(from, 100)
    const result = machine.transition(to, 'because', 250)
    if (from === to) {
      expect(result).toBe('same')
    } else if (allowed[from].includes(to)) {
      expect(result).toEqual({ from, to, context: 'because', atMs: 250, fromSinceMs: 100 })
      expect([machine.state, machine.sinceMs]).toEqual([to, 250])
    } else {
      expect(result).toBe('refused')
    }
    if (typeof result === 'string') {
      expect([machine.state, machine.sinceMs, machine.history]).toEqual([from, 100, []])
    }
  })
})

describe('timeouts', () => {
  test.each([
    { state: 'startup', timeoutMs: 30_000, to: 'error' },
    { state: 'initializing', timeoutMs: 60_000, to: 'error' },
    { state: 'orderbook_connect', timeoutMs: 120_000, to: 'ready' },
    { state: 'trading_client_connect', timeoutMs: 60_000, to: 'error' },
    { state: 'kalshi_data_sync', timeoutMs: 60_000, to: 'error' },
    { state: 'acting', timeoutMs: 60_000, to: 'error' },
    { state: 'error', timeoutMs: 300_000, to: 'startup' },
  ] as const)('$state lasts $timeoutMs ms, then $to', ({ state, timeoutMs, to }) => {
    const machine = new Machine(state, 1_000)
    expect(machine.onTick(1_000 + timeoutMs - 1, 'x')).toBeUndefined()
    const step = machine.onTick(1_000 + timeoutMs, 'an answer')
    expect(step).toMatchObject({ from: state, to, context: `after ${timeoutMs / 1_000} s without an answer` })
    expect(machine.state).toBe(to)
  })

  test.each(['ready', 'shutdown'] as const)('%s lasts for ever', (state) => {
    expect(new Machine(state, 0).onTick(1e12, 'x')).toBeUndefined()
  })
})

test('the newest fifty steps are remembered, oldest first', () => {
  const machine = new Machine('ready', 0)
  for (let step = 1; step <= 60; step += 1) machine.transition(step % 2 ? 'acting' : 'ready', `${step}`, step)
  expect(machine.history).toHaveLength(50)
  expect(machine.history[0]?.context).toBe('11')
  expect(machine.history.at(-1)?.context).toBe('60')
  expect(new Machine('ready', 61, machine.history).history).toHaveLength(50)
})
