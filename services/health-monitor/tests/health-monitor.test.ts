import { afterEach, describe, expect, test } from '@jest/globals'
import { createMemoryBus, MemoryBroker, type Bus } from '@whalecast/bus'
import type { Heartbeat } from '@whalecast/events'
import { ticks } from '@whalecast/runtime'
import { eventually } from '@whalecast/testkit'
import { monitorHealth } from '../src/service.ts'
import { epochMs, makeBeats } from '../src/testing/beats.ts'
import { makeContext } from '@whalecast/testkit'

/** So many times faster than real time does the monitor's clock run: a look each 50 ms. */
const haste = 20

class World implements AsyncDisposable {
  readonly broker = new MemoryBroker()
  readonly bus = createMemoryBus(this.broker, { instance: 'test' })
  readonly now = () => epochMs + Math.round((performance.now() - this.startedMs) * haste)
  /** What is heard at a look. */
  beats: (nowMs: number) => readonly Heartbeat[] = makeBeats
  private readonly startedMs = performance.now()
  private readonly ends: (() => Promise<void>)[] = []

  monitor() {
    const bus = createMemoryBus(this.broker, { instance: `monitor-${this.ends.length}` })
    const hearing: Bus = Object.create(bus, { heartbeats: { value: async () => this.beats(this.now()) } })
    const stop = new AbortController()
    const ctx = makeContext(stop.signal)
    const running = monitorHealth({
      bus: hearing,
      ctx,
      now: this.now,
      ticks: (signal) => ticks(1_000 / haste, { signal }),
    })
    let ended: Promise<void> | undefined
    const end = () => {
      stop.abort()
      return (ended ??= running.then(() => bus.close()))
    }
    this.ends.push(end)
    return { ctx, end }
  }

  async health() {
    return (await this.bus.latest('health'))?.data
  }

  async told() {
    return (await this.bus.history('system', { limit: 1_000 })).map(({ data }) => data)
  }

  async inState(state: string): Promise<void> {
    await eventually(async () => (await this.health())?.machine_state === state)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.ends) await end()
    await this.bus.close()
  }
}

let world = new World()
afterEach(async () => {
  await world[Symbol.asyncDispose]()
  world = new World()
})

const without = (missing: string) => (nowMs: number) => makeBeats(nowMs, {}, [missing])

describe('the monitor on a bus', () => {
  test('tells the start and shows that the system is ready', async () => {
    const { ctx } = world.monitor()
    await world.inState('ready')
    expect((await world.health())?.status).toBe('healthy')
    expect((await world.told()).map(({ message }) => message)).toEqual([
      'startup → initializing: first start; waiting for the critical components',
      'initializing → orderbook_connect: the critical components work; waiting for the exchange feed',
      'orderbook_connect → ready: the exchange feed is live',
      'all components are healthy',
    ])
    expect(ctx.facts.read()).toEqual({ machine_state: 'ready' })
    expect(ctx.health.reports(world.now())).toMatchObject([
      { component: 'health_monitor', critical: true, status: 'healthy', details: { role: 'leader' } },
    ])
    expect(await ctx.metrics.registry.metrics()).toMatch(
      /whalecast_monitor_transitions_total\{to="ready"\} 1/,
    )
  })

  test('shows exactly what a component says', async () => {
    world.beats = (nowMs) =>
      makeBeats(nowMs, { trade_feed: { status: 'degraded', reason: 'no trade for 61 s' } })
    world.monitor()
    await world.inState('ready')
    const shown = (await world.health())?.components.find(({ component }) => component === 'trade_feed')
    const said = world.beats(0).flatMap(({ components }) => components)
    expect(shown).toMatchObject(said.find(({ component }) => component === 'trade_feed') ?? {})
  })

  test('ws-broadcast falls silent: error; it is back: ready', async () => {
    world.monitor()
    await world.inState('ready')
    world.beats = without('ws-broadcast')
    await world.inState('error')
    world.beats = makeBeats
    await world.inState('ready')
    const steps = (await world.told()).filter(({ activity_type: type }) => type === 'state_transition')
    expect(steps.slice(3).map(({ from_state, to_state }) => [from_state, to_state])).toEqual([
      ['ready', 'error'],
      ['error', 'ready'],
    ])
  })

  test('shows an unchanged health again, five seconds apart', async () => {
    world.monitor()
    await world.inState('ready')
    const shown: number[] = []
    const dispose = world.bus.subscribe('health', ({ data }) => {
      shown.push(data.timestamp_ms)
    })
    await eventually(() => shown.length >= 4)
    dispose()
    const gaps = shown.slice(1).map((atMs, index) => atMs - (shown[index] ?? 0))
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(5_000)
  })
})

describe('a standby', () => {
  test('takes over in the same state and tells nothing twice', async () => {
    const first = world.monitor()
    await world.inState('ready')
    const second = world.monitor()
    world.beats = without('whale-tracker')
    await eventually(async () => (await world.told()).some(({ activity_type: type }) => type === 'degraded'))
    expect(second.ctx.health.reports(world.now())).toMatchObject([
      { status: 'healthy', details: { role: 'standby', machine_state: null } },
    ])
    const before = await world.bus.latest('health')
    await first.end()
    await eventually(async () => ((await world.bus.latest('health'))?.term ?? 0) > (before?.term ?? Infinity))
    world.beats = makeBeats
    const componentsOf = async (wanted: string) =>
      (await world.told())
        .filter(({ activity_type: type }) => type === wanted)
        .map(({ metadata }) => String(metadata['component']))
        .toSorted()
    // Each component of the silent service has an episode of its own, told once.
    const lost = ['follower', 'whale_tracker']
    await eventually(async () => (await componentsOf('recovered')).length >= lost.length)
    expect(await componentsOf('degraded')).toEqual(lost)
    expect(await componentsOf('recovered')).toEqual(lost)
    expect(await componentsOf('state_transition')).toHaveLength(3)
    expect((await world.health())?.machine_state).toBe('ready')
  })
})
