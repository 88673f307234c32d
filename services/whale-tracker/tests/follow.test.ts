import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { ticks } from '@whalecast/runtime'
import { eventually, makeContext } from '@whalecast/testkit'
import { orderIdOf } from '../src/follow/order-request.ts'
import { trackWhales } from '../src/service.ts'
import { FollowWorld } from './follow-world.ts'

let world: FollowWorld
beforeEach(async () => {
  world = new FollowWorld()
  await world.execute()
  await world.say('ready')
})
afterEach(() => world[Symbol.asyncDispose]())

const decided = async (count: number) =>
  eventually(async () => {
    const decisions = await world.decisions()
    return decisions.length === count ? decisions : false
  })
const actions = async (count: number) => (await decided(count)).map(({ action }) => action)

describe('following on a bus', () => {
  test('a whale is followed: announced, ordered, decided, told', async () => {
    const { ctx } = world.follow()
    await world.show(world.whale('w'))
    const [decision] = await decided(1)
    expect(decision).toMatchObject({ whale_id: 'w', action: 'followed', order_id: 'order-1' })
    expect(world.placed).toMatchObject([
      { client_order_id: orderIdOf('w'), action: 'buy', side: 'yes', price_e4: 6_200, count_e2: 500 },
    ])
    expect(orderIdOf('w')).toMatch(/^wc-[0-9a-f]{28}$/)
    await eventually(async () => (await world.processing('w')).length === 2)
    const log = await world.bus.history('decisions', { limit: 10 })
    expect(log.map(({ id }) => id)).toEqual(['begin:w', 'decision:w', 'end:w'])
    await eventually(async () => (await world.bus.latest('follow'))?.data.stats.whales_followed === 1)
    const follow = (await world.bus.latest('follow'))?.data
    expect(follow).toMatchObject({
      strategy: 'whale_follower',
      active: true,
      followed_whales: [{ whale_id: 'w' }],
    })
    const [activity] = await eventually(async () => {
      const told = await world.bus.history('system', { limit: 10 })
      return told.length === 1 ? told : false
    })
    expect(activity?.data).toMatchObject({ activity_type: 'whale_follow', state_at_event: 'ready' })
    const text = await ctx.metrics.registry.metrics()
    expect(text).toMatch(/whalecast_follow_decisions_total\{action="followed"\} 1/)
    expect(text).toMatch(/whalecast_follow_tokens 2/)
    expect(ctx.health.reports()).toMatchObject([
      { component: 'follower', status: 'healthy', details: { role: 'leader', strategy: 'whale_follower' } },
    ])
  })

  test('what is told late tells the state back then, not the state now', async () => {
    const { bus } = world.follow()
    const publish = bus.publish.bind(bus)
    // Between the decision and the word on it, the system goes down, and the follower hears of it.
    bus.publish = async (channel, event, options) => {
      const result = await publish(channel, event, options)
      if (options.id === 'decision:w') {
        const heard = new Promise((resolve) => {
          bus.subscribe('health', ({ data }) => {
            if (data.machine_state === 'error') resolve(data)
          })
        })
        await world.say('error')
        await heard
      }
      return result
    }
    await world.show(world.whale('w'))
    const told = () => world.bus.history('system', { limit: 10 })
    await eventually(async () => (await told()).length === 1)
    expect((await told())[0]?.data).toMatchObject({ activity_type: 'whale_follow', state_at_event: 'ready' })
    await eventually(
      async () => (await world.bus.latest('follow'))?.data.reason === 'the system is not ready: error',
    )
  })

  test('an order that fails is told as an error', async () => {
    world.script = () => ({ status: 'rejected', order_id: null, reason: 'market is closed' })
    world.follow()
    await world.show(world.whale('w'))
    const [decision] = await decided(1)
    expect(decision).toMatchObject({ action: 'failed', reason: expect.stringContaining('market is closed') })
    const told = () => world.bus.history('system', { limit: 10 })
    await eventually(async () => (await told()).length === 1)
    expect((await told())[0]?.data).toMatchObject({
      activity_type: 'trading_error',
      metadata: { severity: 'error', whale_id: 'w' },
    })
  })

  test('hold: nothing is judged and nothing is sent', async () => {
    const { ctx } = world.follow({ strategy: 'hold' })
    await world.show(world.whale('a'), world.whale('b'))
    const follow = await eventually(async () => (await world.bus.latest('follow'))?.data ?? false)
    expect(follow).toMatchObject({ strategy: 'hold', active: false })
    await world.show(world.whale('c'))
    const before = world.looks
    await eventually(() => world.looks > before + 10)
    expect(ctx.health.reports()).toMatchObject([
      { status: 'healthy', details: { role: 'leader', strategy: 'hold' } },
    ])
    expect(await world.bus.history('decisions', { limit: 10 })).toEqual([])
    expect(world.requests).toEqual([])
  })

  test('not ready: the whale is kept, and followed when the system is ready', async () => {
    await world.say('initializing')
    world.follow()
    await world.show(world.whale('w'))
    await eventually(
      async () => (await world.bus.latest('follow'))?.data.reason.includes('initializing') ?? false,
    )
    expect(world.requests).toEqual([])
    await world.say('ready')
    expect(await actions(1)).toEqual(['followed'])
  })

  test('three at once; the fourth when a token comes back, without another trade', async () => {
    world.follow({ maxAgeMs: 60_000 })
    await world.show(...['a', 'b', 'c', 'd'].map((id) => world.whale(id)))
    await decided(3)
    await world.price('KX-d', world.now() + 20_000)
    world.aheadMs = 20_000
    await world.say('ready')
    const decisions = await decided(4)
    expect(decisions.at(-1)).toMatchObject({ whale_id: 'd', action: 'followed' })
    expect(world.placed.map(({ whale_id }) => whale_id)).toEqual(['a', 'b', 'c', 'd'])
    await eventually(async () => (await world.processing('d')).length === 2)
    expect(await world.processing('d')).toEqual(['processing', 'complete'])
  })
})

describe('an order is sent once', () => {
  test('no answer in time, then success: one order, one decision `followed`', async () => {
    world.script = () => ({ status: 'unknown', order_id: null, reason: 'the broker did not answer' })
    const { ctx } = world.follow()
    await world.show(world.whale('w'))
    await eventually(() => world.placed.length === 1)
    world.aheadMs = 6_000
    await eventually(async () =>
      /whalecast_follow_overdue_results_total [1-9]/.test(await ctx.metrics.registry.metrics()),
    )
    expect(await world.decisions()).toEqual([])
    await world.answer(world.placed[0]!)
    expect(await actions(1)).toEqual(['followed'])
    expect(world.requests).toHaveLength(1)
  })

  test('killed between sending and its result: the next one neither orders nor decides twice', async () => {
    world.script = () => undefined
    const first = world.follow()
    await world.show(world.whale('w'), world.whale('old', { timestamp_ms: Date.now() - 20_000 }))
    await eventually(() => world.placed.length === 1)
    await decided(1)
    await first.kill()
    await world.answer(world.placed[0]!)
    world.follow()
    const decisions = await eventually(
      async () => {
        const all = await world.decisions()
        return all.length === 2 ? all : false
      },
      { timeoutMs: 10_000 },
    )
    expect(decisions.map(({ whale_id, action }) => `${whale_id} ${action}`)).toEqual([
      'old skipped_age',
      'w followed',
    ])
    // A whale that comes now is decided after everything that the restart could have brought.
    await world.show(world.whale('w'), world.whale('next', { side: 'unknown' }))
    expect(await actions(3)).toEqual(['skipped_age', 'followed', 'skipped_side'])
    expect(world.placed).toHaveLength(1)
    await eventually(async () => (await world.processing('next')).length === 2)
    for (const id of ['w', 'old', 'next'])
      expect(await world.processing(id)).toEqual(['processing', 'complete'])
  })

  test('killed before it was sent: the next one sends it, under the same id', async () => {
    const order = {
      client_order_id: orderIdOf('w'),
      market_ticker: 'KX-w',
      title: null,
      side: 'yes' as const,
      price_e4: 6_200,
      count_e2: 500,
      requested_at_ms: Date.now(),
      valid_until_ms: Date.now() + 10_000,
      whale_size_dollars: 400,
      whale_at_ms: Date.now(),
    }
    const data = {
      whale_id: 'w',
      status: 'processing',
      action: null,
      order,
      timestamp_ms: Date.now(),
    } as const
    await world.bus.publish('decisions', { type: 'whale_processing', data }, { id: 'begin:w' })
    world.follow()
    expect(await actions(1)).toEqual(['followed'])
    expect(world.requests.map(({ client_order_id: id }) => id)).toEqual([orderIdOf('w')])
  })
})

describe('the whale queue', () => {
  test('is for everyone: nothing of what was followed is in it', async () => {
    const stop = new AbortController()
    const ctx = makeContext()
    const rule = {
      queueSize: 3,
      windowMs: 60_000,
      minSizeE6: 1,
      eventMinPayoutE6: 1e12,
      metric: 'payout',
    } as const
    const { bus } = world
    const running = trackWhales({ bus, rule, ctx, now: world.now, ticks: ticks(20, { signal: stop.signal }) })
    try {
      world.follow()
      await eventually(async () => (await bus.latest('follow')) !== undefined)
      const queue = await eventually(async () => (await bus.latest('whale_queue'))?.data ?? false)
      expect(Object.keys(queue).toSorted()).toEqual(['queue', 'stats', 'timestamp_ms'])
    } finally {
      stop.abort()
      await running
    }
  })
})
