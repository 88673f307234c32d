import { describe, expect, test } from '@jest/globals'
import type { Health, SystemActivity } from '@whalecast/events'
import { epochMs, makeBeats } from '../testing/beats.ts'
import { Monitor } from './monitor.ts'
import { resume } from './resume.ts'

const trouble = (nowMs: number) =>
  makeBeats(nowMs, { trade_feed: { status: 'degraded', sinceMs: epochMs + 1 } })

/** A monitor that watched a start and, if so wished, an ailment; and what it left behind. */
function leave(looks: readonly ((nowMs: number) => ReturnType<typeof makeBeats>)[]) {
  const monitor = new Monitor(resume(undefined, [], epochMs), epochMs)
  const activities: SystemActivity[] = []
  let health: Health | undefined
  let nowMs = epochMs
  for (const beats of looks) {
    nowMs += 1_000
    const look = monitor.onLook(beats(nowMs), nowMs)
    activities.push(...look.activities)
    health = look.health
  }
  return { health, activities, nowMs }
}

describe('a monitor that takes over', () => {
  test('goes on in ready and tells nothing again', () => {
    const { health, activities, nowMs } = leave([makeBeats, trouble, trouble])
    const resumed = resume(health, activities, nowMs + 4_000)
    expect(resumed).toMatchObject({ because: undefined, unwatchedSinceMs: undefined })
    expect(resumed.machine.state).toBe('ready')
    expect(resumed.machine.history.map(({ to }) => to)).toEqual([
      'initializing',
      'orderbook_connect',
      'ready',
    ])
    const next = new Monitor(resumed, nowMs + 4_000)
    expect(next.onLook(trouble(nowMs + 4_000), nowMs + 4_000).activities).toEqual([])
    const told = next.onLook(makeBeats(nowMs + 5_000), nowMs + 5_000).activities
    expect(told.map(({ activity_type: type }) => type)).toEqual(['recovered', 'health_check'])
  })

  test('tells a step and an episode under the same ids as a monitor that tells them meanwhile', () => {
    const { health, activities, nowMs } = leave([makeBeats])
    const one = new Monitor(resume(health, activities, nowMs), nowMs)
    const other = new Monitor(resume(health, activities, nowMs + 2_000), nowMs + 2_000)
    const ids = (monitor: Monitor, atMs: number) => {
      const down = makeBeats(atMs, { ws_broadcast: 'unhealthy', trade_feed: 'starting' })
      const back = trouble(atMs + 1_000)
      return [monitor.onLook(down, atMs), monitor.onLook(back, atMs + 1_000)]
        .flatMap((look) => look.activities)
        .filter(({ activity_type: type }) => type === 'degraded' || type === 'state_transition')
        .map(({ activity_id: id }) => id)
    }
    const first = ids(one, nowMs + 1_000)
    const second = ids(other, nowMs + 2_000)
    expect(first).toHaveLength(3)
    expect(second[0]).toBe(first[0])
    expect(second[2]).toBe(first[2])
  })

  test('goes on in error with the time of the one before', () => {
    const { health, activities, nowMs } = leave([
      makeBeats,
      (at) => makeBeats(at, { ws_broadcast: 'unhealthy' }),
    ])
    const { machine } = resume(health, activities, nowMs + 3_000)
    expect([machine.state, machine.sinceMs]).toEqual(['error', nowMs])
  })

  test('goes on by health alone when the transitions are gone', () => {
    const { health, nowMs } = leave([makeBeats])
    expect(resume(health, [], nowMs + 1_000).machine.state).toBe('ready')
  })

  test('believes a transition that was told after the last health', () => {
    const { health } = leave([makeBeats])
    const { activities, nowMs } = leave([
      makeBeats,
      (at) => makeBeats(at, { redis: 'healthy', ws_broadcast: 'unhealthy' }),
    ])
    expect(resume(health, activities, nowMs + 1_000).machine.state).toBe('error')
  })

  test('says how long nobody watched, once', () => {
    const { health, activities, nowMs } = leave([makeBeats])
    const laterMs = nowMs + 12_000
    const monitor = new Monitor(resume(health, activities, laterMs), laterMs)
    expect(monitor.onLook(makeBeats(laterMs), laterMs).activities).toMatchObject([
      { activity_type: 'operation', message: 'nobody watched for 12 s; going on in state ready' },
    ])
    expect(monitor.onLook(makeBeats(laterMs + 1_000), laterMs + 1_000).activities).toEqual([])
  })
})

describe('a monitor that begins anew', () => {
  test.each([
    { note: 'nothing is known', awayMs: undefined, because: 'first start' },
    { note: 'too long ago', awayMs: 31_000, because: 'nobody watched for 31 s, the last state was ready' },
  ])('$note', ({ awayMs, because }) => {
    const { health, activities, nowMs } = leave([makeBeats, trouble])
    const laterMs = nowMs + (awayMs ?? 0)
    const resumed =
      awayMs === undefined ? resume(undefined, [], laterMs) : resume(health, activities, laterMs)
    expect(resumed).toMatchObject({ because, unwatchedSinceMs: undefined })
    expect(resumed.machine.state).toBe('startup')
    const look = new Monitor(resumed, laterMs).onLook(makeBeats(laterMs), laterMs)
    expect(look.transitions[0]?.context).toBe(`${because}; waiting for the critical components`)
    expect(look.health.machine_state).toBe('ready')
    // What was told as degraded is told as recovered.
    expect(look.activities.filter(({ activity_type: type }) => type === 'recovered')).toHaveLength(
      awayMs ? 1 : 0,
    )
  })

  test('after a shutdown', () => {
    const { health, nowMs } = leave([makeBeats])
    const ended = health && { ...health, machine_state: 'shutdown' as const }
    expect(resume(ended, [], nowMs)).toMatchObject({ because: 'the system was shut down' })
  })

  test('health of a monitor that never spoke is nothing to go on from', () => {
    const { health, nowMs } = leave([makeBeats])
    const unknown = health && { ...health, machine_state: 'unknown' as const }
    expect(resume(unknown, [], nowMs)).toMatchObject({ because: 'first start' })
  })
})
