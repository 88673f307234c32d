import { connectRedisBus } from '@whalecast/bus'
import { describe, expect, test } from '@jest/globals'
import { eventually, openPrivateRedis } from '@whalecast/testkit'
import { makeBook, makeOrder, ticker } from '../src/testing/samples.ts'
import { World } from './world.ts'

describe('on Redis', () => {
  test('Redis is killed among the orders: each has one result, and the account balances', async () => {
    await using redis = await openPrivateRedis()
    const connect = (instance: string) => connectRedisBus({ url: redis.url, instance })
    await using world = new World(await connect('test'))
    world.execute({ bus: await connect('executor') })
    let version = 0
    const offer = () =>
      world.bus.put(
        'book',
        { type: 'book', data: makeBook([[40, 10]], [[80, 1_000]], { timestamp_ms: Date.now() }) },
        { fence: { owner: 'test', term: 1 }, version: (version += 1), key: ticker },
      )
    const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `wc-${from + n}`)
    const orders = (from: number, to: number) =>
      ids(from, to).map((client_order_id) =>
        makeOrder({
          client_order_id,
          count_e2: 100,
          requested_at_ms: Date.now(),
          valid_until_ms: Date.now() + 60_000,
        }),
      )
    await offer()
    await world.ask(orders(0, 5))
    await world.result('wc-4')
    const asking = world.ask([...orders(3, 20)])
    await redis.kill9()
    await redis.restart()
    await asking
    await offer()
    await world.result('wc-19', 30_000)
    await eventually(() => world.committed(), { timeoutMs: 20_000 })

    const results = await world.results()
    expect(results.map((one) => one.client_order_id).toSorted()).toEqual(ids(0, 20).toSorted())
    const placed = results.filter(({ status }) => status === 'placed')
    const account = await eventually(async () => {
      const data = (await world.bus.latest('account'))?.data
      return data?.fills.length === placed.length && data
    })
    const feesE6 = placed.reduce((sum, { fee_e6: fee }) => sum + fee, 0)
    expect(account.balance_e6).toBe(10e6 - placed.length * 200_000 - feesE6)
    expect(account.positions).toMatchObject([{ position_e2: placed.length * 100, fees_e6: feesE6 }])
    expect(placed.length).toBeGreaterThanOrEqual(5)
  })

  test('the standby goes on with the account and the memory of the one before', async () => {
    await using redis = await openPrivateRedis()
    const connect = (instance: string) => connectRedisBus({ url: redis.url, instance })
    await using world = new World(await connect('test'))
    const book = makeBook([[40, 10]], [[80, 1_000]], { timestamp_ms: Date.now() })
    await world.bus.put(
      'book',
      { type: 'book', data: book },
      { fence: { owner: 'test', term: 1 }, version: 1, key: ticker },
    )
    const first = world.execute({ bus: await connect('first') })
    await world.ask([makeOrder({ requested_at_ms: Date.now() })])
    await world.result('wc-1')
    await world.committed()
    const second = world.execute({ bus: await connect('second') })
    expect(second.ctx.health.reports()).toMatchObject([{ status: 'healthy', details: { role: 'standby' } }])
    await first.end()
    await world.ask([
      makeOrder({ requested_at_ms: Date.now() }),
      makeOrder({ client_order_id: 'wc-2', requested_at_ms: Date.now() }),
    ])
    expect((await world.result('wc-2')).status).toBe('placed')
    const account = await eventually(async () => {
      const data = (await world.bus.latest('account'))?.data
      return data?.fills.length === 2 && data
    })
    expect(account.positions).toMatchObject([{ position_e2: 1_000 }])
    expect(await world.results()).toHaveLength(2)
  })
})
