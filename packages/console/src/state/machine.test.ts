import { describe, expect, test } from '@jest/globals'
import { activity, health, nowMs, status, transition } from '../testing/samples.ts'
import {
  onWord,
  presentState,
  unknownMachine,
  wordOfActivity,
  wordOfHealth,
  wordOfStatus,
  type Machine,
} from './machine.ts'

const ready: Machine = { state: 'ready', saidAtMs: nowMs, sinceMs: nowMs - 60_000 }

describe('the newest word on the state', () => {
  test.each([
    {
      note: 'an older word never wins',
      word: { state: 'error', saidAtMs: nowMs - 1, sinceMs: null },
      state: 'ready',
    },
    {
      note: 'a newer word wins',
      word: { state: 'error', saidAtMs: nowMs + 1, sinceMs: null },
      state: 'error',
    },
    {
      note: 'also when it says that nobody knows',
      word: wordOfHealth(health([], { machine_state: 'unknown', timestamp_ms: nowMs + 1 })),
      state: 'unknown',
    },
    {
      note: 'a transition counts',
      word: wordOfActivity(transition('acting', { timestamp_ms: nowMs + 1 })),
      state: 'acting',
    },
    {
      note: 'only a transition tells where the system went',
      word: wordOfActivity(
        activity({ activity_type: 'recovered', to_state: 'error', timestamp_ms: nowMs + 1 }),
      ),
      state: 'ready',
    },
    {
      note: 'the state that another activity mentions is the past',
      word: wordOfActivity(activity({ state_at_event: 'error', timestamp_ms: nowMs + 1 })),
      state: 'ready',
    },
  ] as const)('$note', ({ word, state }) => {
    expect(onWord(ready, word).state).toBe(state)
  })

  test('a status that repeats the state keeps its beginning', () => {
    const word = wordOfStatus({ ...status(), timestamp_ms: nowMs + 1 })
    expect(onWord(ready, word)).toEqual({ ...ready, saidAtMs: nowMs + 1 })
  })
})

describe('the state that may be shown', () => {
  test.each([
    { note: 'nobody has spoken', machine: unknownMachine, connected: true, at: nowMs, state: 'unknown' },
    {
      note: 'connected, with a recent word',
      machine: ready,
      connected: true,
      at: nowMs + 30_000,
      state: 'ready',
    },
    { note: 'not connected', machine: ready, connected: false, at: nowMs, state: 'unknown' },
    { note: 'the last word is old', machine: ready, connected: true, at: nowMs + 36_000, state: 'unknown' },
  ])('$note: $state', ({ machine, connected, at, state }) => {
    const shown = presentState(machine, { connected, serverNowMs: at })
    expect(shown.state).toBe(state)
    expect(shown.why === '').toBe(state !== 'unknown')
  })
})
