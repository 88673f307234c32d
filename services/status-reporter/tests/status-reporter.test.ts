import { afterEach, describe, expect, test } from '@jest/globals'
import { createMemoryBus, MemoryBroker } from '@whalecast/bus'
import type { Health, TraderStatus } from '@whalecast/events'
import { ticks } from '@whalecast/runtime'
import { eventually } from '@whalecast/testkit'
import { reportStatus } from '../src/service.ts'
import { ingestFacts, makeBeat } from '../src/testing/beats.ts'
import { makeContext } from '@whalecast/testkit'

class World implements AsyncDisposable {
  readonly broker = new MemoryBroker()
  readonly bus = createMemoryBus(this.broker, { instance: 'test' })
  readonly statuses: TraderStatus[] = []
  private version = 0
  private readonly ends: (() => Promise<void>)[] = []

  constructor() {
    this.bus.subscribe('status', ({ data }) => {
      this.statuses.push(data)
    })
  }

  /** A reporter whose clock runs `haste` times faster than real time. */
  report(haste = 1) {
    const bus = createMemoryBus(this.broker, { instance: `reporter-${this.ends.length}` })
    const stop = new AbortController()
    const ctx = makeContext(stop.signal)
    const startedAtMs = Date.now()
    const running = reportStatus({
      bus,
      ctx,
      startedAtMs,
      now: () => startedAtMs + (Date.now() - startedAtMs) * haste,
      ticks: (signal) => ticks(Math.max(10, 1_000 / haste), { signal }),
    })
    let ended: Promise<void> | undefined
    const end = () => {
      stop.abort()
      return (ended ??= running.then(() => bus.close()))
    }
    this.ends.push(end)
    return { ctx, end }
  }

  async say(state: Health['machine_state']): Promise<void> {
    this.version += 1
    const data: Health = {
      status: 'healthy',
      machine_state: state,
      machine_state_since_ms: Date.now(),
      components: [],
      timestamp_ms: Date.now(),
    }
    const fence = { owner: 'health-monitor', term: 1 }
    await this.bus.put('health', { type: 'health', data }, { fence, version: this.version })
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

describe('the reporter on a bus', () => {
  test('reports at once what the processes tell', async () => {
    await world.bus.beat(makeBeat('ingest', { facts: { ...ingestFacts, role: 'leader' } }))
    await world.bus.beat(makeBeat('ws-broadcast', { facts: { ws_clients: 2, ws_messages_sent: 9 } }))
    await world.say('ready')
    const { ctx } = world.report()
    await eventually(() => world.statuses.length === 1)
    expect(world.statuses[0]).toMatchObject({
      machine_state: 'ready',
      health: 'healthy',
      metrics: { context: 'periodic', trades_received: 5_000, ws_clients: 2, ws_messages_sent: 9 },
    })
    expect(ctx.health.reports()).toMatchObject([{ component: 'status_reporter', status: 'healthy' }])
    expect((await world.bus.latest('status'))?.data).toEqual(world.statuses[0])
  })

  test('reports every ten seconds', async () => {
    world.report(100)
    await eventually(() => world.statuses.length >= 4)
    const times = world.statuses.map(({ timestamp_ms: atMs }) => atMs)
    for (const [index, atMs] of times.slice(1).entries()) {
      // The grid is kept, so one that came late is followed by one that is early by as much.
      expect(atMs - (times[0] ?? 0)).toBeGreaterThanOrEqual(10_000 * (index + 1))
    }
    expect(new Set(world.statuses.map(({ metrics }) => metrics.context))).toEqual(new Set(['periodic']))
  })

  test('a change of phase is reported at once, each phase once', async () => {
    await world.say('initializing')
    world.report()
    await eventually(() => world.statuses.length === 1)
    for (const state of ['initializing', 'ready', 'ready', 'error'] as const) {
      await world.say(state)
      await eventually(async () => (await world.bus.latest('health'))?.data.machine_state === state)
      if (state !== 'initializing') await eventually(() => world.statuses.at(-1)?.machine_state === state)
    }
    expect(world.statuses.map(({ metrics }) => metrics.context)).toEqual(['periodic', 'ready', 'error'])
  })

  test('a standby takes over and goes on reporting', async () => {
    const first = world.report()
    await eventually(() => world.statuses.length === 1)
    const before = await world.bus.latest('status')
    const second = world.report()
    expect(second.ctx.health.reports()).toMatchObject([{ status: 'healthy', details: { role: 'standby' } }])
    await first.end()
    await eventually(async () => ((await world.bus.latest('status'))?.term ?? 0) > (before?.term ?? Infinity))
    expect(second.ctx.health.reports()).toMatchObject([{ details: { role: 'leader' } }])
  })
})
