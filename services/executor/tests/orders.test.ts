import { createMemoryBus } from '@whalecast/bus'
import { describe, expect, test } from '@jest/globals'
import type { Order } from '../src/domain/broker.ts'
import { makeOrder } from '../src/testing/samples.ts'
import { eventually } from '@whalecast/testkit'
import { ScriptedBroker } from './scripted-broker.ts'
import { World } from './world.ts'

const fresh = (change: Partial<Order> = {}): Order => makeOrder({ requested_at_ms: Date.now(), ...change })
const late = { orderId: 'late', filledE2: 1, remainingE2: 0, averagePriceE4: 1, feeE6: 0 }
const through = (broker: ScriptedBroker) => ({ name: 'demo', open: () => broker }) as const

describe('one order', () => {
  test('is placed and told, with where the decision came from', async () => {
    await using world = new World()
    const broker = new ScriptedBroker()
    world.execute(through(broker))
    await world.ask([fresh()])
    expect(await world.result('wc-1')).toMatchObject({
      whale_id: 'whale-1',
      status: 'placed',
      broker: 'demo',
      order_id: 'at-broker-wc-1',
      filled_e2: 500,
      average_price_e4: 5_000,
      reason: '',
    })
    const [entry] = await world.bus.history('order_results', { limit: 1 })
    expect(entry?.id).toBe('wc-1:placed')
  })

  test('that is asked for again, in the same batch, in another, and of the next process, is sent once', async () => {
    await using world = new World()
    const broker = new ScriptedBroker()
    const first = world.execute(through(broker))
    await world.ask([fresh(), fresh()])
    await world.ask([fresh()])
    await world.committed()
    await first.end()
    world.execute(through(broker))
    await world.ask([fresh(), fresh({ client_order_id: 'wc-2' })])
    await world.result('wc-2')
    await world.committed()
    expect(broker.sends).toBe(2)
    expect((await world.results()).map((one) => one.client_order_id)).toEqual(['wc-1', 'wc-2'])
  })

  test('of which nobody knows whether it arrived is unknown first, and then what the broker says', async () => {
    await using world = new World()
    const broker = new ScriptedBroker([{ type: 'lost', arrives: true }])
    broker.deaf = 2
    world.execute(through(broker))
    await world.ask([fresh()])
    expect(await world.result('wc-1')).toMatchObject({ status: 'placed', filled_e2: 500 })
    expect((await world.results()).map(({ status }) => status)).toEqual(['unknown', 'placed'])
    expect(broker.sends).toBe(1)
    const told = await world.bus.history('system', { limit: 10 })
    expect(told.map(({ data }) => [data.activity_type, data.metadata.severity])).toEqual([
      ['trading_error', 'error'],
    ])
  })

  test('that did not arrive is sent again under the same id', async () => {
    await using world = new World()
    const broker = new ScriptedBroker([{ type: 'lost', arrives: false }])
    world.execute(through(broker))
    await world.ask([fresh()])
    expect((await world.result('wc-1')).status).toBe('placed')
    expect([broker.sends, broker.taken.size]).toEqual([2, 1])
  })

  test('that the broker has already is placed: it is looked up', async () => {
    await using world = new World()
    const broker = new ScriptedBroker()
    world.execute(through(broker))
    await world.ask([fresh({ client_order_id: 'other' })])
    await world.result('other')
    await broker.place(fresh())
    await world.ask([fresh()])
    expect(await world.result('wc-1')).toMatchObject({ status: 'placed', order_id: 'at-broker-wc-1' })
  })

  test.each([
    { note: 'too late when it comes', sends: 0 },
    { note: 'too late when the broker is back', sends: 2 },
  ])('$note expires', async ({ sends }) => {
    await using world = new World()
    const order = fresh()
    const clock = { ms: sends === 0 ? order.valid_until_ms + 1 : order.requested_at_ms }
    const broker = new ScriptedBroker(Array.from({ length: 4 }, () => ({ type: 'not_sent', reason: 'away' })))
    // The order's time is over while the last of these attempts is under way.
    broker.onStep = () => {
      if (broker.sends === sends) clock.ms = order.valid_until_ms + 1
    }
    world.execute({ ...through(broker), now: () => clock.ms })
    await world.ask([order])
    const result = await world.result('wc-1')
    expect(result).toMatchObject({ status: 'expired', order_id: null, filled_e2: 0 })
    expect(broker.sends).toBe(sends)
    expect(broker.taken.size).toBe(0)
  })

  test.each([
    { note: 'turns up meanwhile', turnsUp: true, status: 'placed' },
    { note: 'does not', turnsUp: false, status: 'expired' },
  ])('lost and too late to send again is waited for: $note', async ({ turnsUp, status }) => {
    await using world = new World()
    let nowMs = Date.now()
    const broker = new ScriptedBroker([undefined, { type: 'lost', arrives: false }])
    broker.settleMs = 5_000
    broker.onStep = (step) => {
      nowMs += step === 'place' ? 20_000 : 2_000
      // The exchange had it in hand all the time.
      if (turnsUp && broker.questions === 3) broker.taken.set('wc-1', late)
    }
    world.execute({ ...through(broker), now: () => nowMs })
    // The first batch of a worker is asked for before anything is sent.
    await world.ask([fresh({ client_order_id: 'first' })])
    await world.result('first')
    broker.questions = 0
    await world.ask([fresh({ requested_at_ms: nowMs })])
    expect(await world.result('wc-1')).toMatchObject({ status, order_id: turnsUp ? 'late' : null })
    expect(broker.questions).toBe(3)
    expect(broker.sends).toBe(2)
  })

  test('that is refused is rejected, with the reason, and its next one is sent', async () => {
    await using world = new World()
    const broker = new ScriptedBroker([{ type: 'rejected', reason: 'insufficient balance' }])
    world.execute(through(broker))
    await world.ask([fresh(), fresh({ client_order_id: 'wc-2' })])
    expect(await world.result('wc-1')).toMatchObject({ status: 'rejected', reason: 'insufficient balance' })
    expect((await world.result('wc-2')).status).toBe('placed')
  })

  test('after five failures is held back, and the component says so; time cures it', async () => {
    await using world = new World()
    let nowMs = Date.now()
    const broker = new ScriptedBroker(
      Array.from({ length: 5 }, () => ({ type: 'not_sent', reason: 'away' }) as const),
    )
    const { ctx } = world.execute({ ...through(broker), now: () => nowMs })
    await world.ask([fresh()])
    expect(await world.result('wc-1')).toMatchObject({
      status: 'rejected',
      reason: expect.stringContaining('away'),
    })
    expect(broker.sends).toBe(5)
    expect(ctx.health.reports(nowMs)).toMatchObject([
      { component: 'executor', critical: false, status: 'degraded' },
    ])
    nowMs += 10_001
    await world.ask([fresh({ client_order_id: 'wc-2', requested_at_ms: nowMs })])
    expect((await world.result('wc-2')).status).toBe('placed')
    expect(ctx.health.reports(nowMs)).toMatchObject([{ status: 'healthy' }])
  })
})

describe('killed anywhere', () => {
  /** Everything an executor waits for while it carries out an order; it dies at the n-th of these. */
  test.each(Array.from({ length: 16 }, (_, n) => n))('at step %i: one order, one result', async (deadAt) => {
    await using world = new World()
    const broker = new ScriptedBroker([{ type: 'lost', arrives: deadAt % 2 === 0 }])
    const steps: string[] = []
    const die = (step: string) => {
      steps.push(step)
      if (steps.length !== deadAt + 1) return
      void victim.end()
      throw new Error(`killed at ${step}`)
    }
    // Before and after everything that leaves a trace outside.
    broker.onStep = die
    const [bus, inner] = ['victim', 'inner'].map((instance) => createMemoryBus(world.broker, { instance }))
    bus!.publish = async (channel, event, options) => {
      if (channel === 'order_results') die('publish')
      const answer = await inner!.publish(channel, event, options)
      if (channel === 'order_results') die('published')
      return answer
    }
    const commit = world.broker.commit.bind(world.broker)
    world.broker.commit = async (change) => {
      die('commit')
      const answer = await commit(change)
      die('committed')
      return answer
    }
    const victim = world.execute({ ...through(broker), bus: bus! })
    await world.ask([fresh({ valid_until_ms: Date.now() + 30_000 })])
    await eventually(() => steps.length > deadAt || steps.at(-1) === 'committed')
    await victim.end()
    await inner!.close()
    broker.onStep = () => undefined
    world.broker.commit = commit
    world.execute(through(broker))
    expect(await world.result('wc-1', 20_000)).toMatchObject({
      status: 'placed',
      order_id: 'at-broker-wc-1',
    })
    await world.committed()
    expect(broker.taken.size).toBe(1)
    const finals = (await world.results()).filter(({ status }) => status !== 'unknown')
    expect(finals).toHaveLength(1)
    if (deadAt === 0) expect(steps.slice(0, 1)).toEqual(['find'])
  })
})
