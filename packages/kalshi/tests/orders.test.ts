import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startExchangeSim, type ExchangeSim } from '@whalecast/exchange-sim'
import { connectOrders, createSigner, KalshiApiError, type NewOrder } from '@whalecast/kalshi'
import { findOfferedMarket } from '@whalecast/testkit'
import { InstantTime } from './support/instant-time.ts'
import { openScriptedExchange } from './support/scripted-exchange.ts'

let sim: ExchangeSim
let ticker: string

beforeAll(async () => {
  sim = await startExchangeSim({ rate: 0, markets: 20, firstWhaleMs: 1e9, keyScopes: ['read', 'write'] })
  ticker = await findOfferedMarket(sim.apiUrl)
})
afterAll(() => sim.close())

const connect = () =>
  connectOrders({ apiUrl: sim.apiUrl, signer: createSigner(sim.keyId, sim.privateKeyPem) })

let count = 0
function newOrder(change: Partial<NewOrder> = {}): NewOrder {
  count += 1
  return {
    clientOrderId: `order-${count}`,
    ticker,
    side: 'yes',
    action: 'buy',
    priceE4: 9_900,
    countE2: 300,
    restsUntilMs: undefined,
    groupId: undefined,
    ...change,
  }
}

describe('orders at the simulated exchange', () => {
  test.each(['yes', 'no'] as const)(
    'what is bought of %s is told alike at once and when looked up',
    async (side) => {
      const orders = connect()
      const order = newOrder({ side })
      const placed = await orders.place(order)
      expect(placed).toMatchObject({ filledE2: 300, remainingE2: 0 })
      expect(placed.averagePriceE4).toBeLessThan(9_900)
      expect(placed.feeE6).toBeGreaterThan(0)
      const found = await orders.find({ ...order, sinceMs: Date.now() })
      expect(found).toMatchObject({ orderId: placed.orderId, filledE2: 300, remainingE2: 0 })
      expect(found?.averagePriceE4).toBeCloseTo(placed.averagePriceE4 ?? Number.NaN, 0)
      expect(Math.abs((found?.feeE6 ?? 0) - placed.feeE6)).toBeLessThan(100)
      expect(await orders.find({ ...order, clientOrderId: 'nobody', sinceMs: Date.now() })).toBeUndefined()
    },
  )

  test('an id that was used is refused with 409, whatever became of its order', async () => {
    const orders = connect()
    const order = newOrder({ priceE4: 100 })
    await orders.place(order)
    await expect(orders.place(order)).rejects.toMatchObject({ status: 409, code: 'order_already_exists' })
  })

  test('an order rests in its group, is listed, cancelled; the group goes with what is left', async () => {
    const orders = connect()
    const groupId = await orders.createGroup(10_000)
    const resting = { restsUntilMs: Date.now() + 120_000, groupId, priceE4: 100 }
    const [one, two] = [await orders.place(newOrder(resting)), await orders.place(newOrder(resting))]
    expect(one).toMatchObject({ filledE2: 0, remainingE2: 300, averagePriceE4: null, feeE6: 0 })
    const listed = (await orders.resting()).filter(({ order_group_id: id }) => id === groupId)
    expect(listed.map(({ order_id: id }) => id).toSorted()).toEqual([one.orderId, two.orderId].toSorted())
    expect(await orders.cancel({ orderId: one.orderId, ticker })).toBe('canceled')
    expect(await orders.cancel({ orderId: one.orderId, ticker })).toBe('gone')
    expect(await orders.deleteGroup(groupId)).toBe('deleted')
    expect(await orders.deleteGroup(groupId)).toBe('gone')
    expect(await orders.resting()).toEqual([])
  })
})

describe('orders at an exchange that misbehaves', () => {
  const signer = () => createSigner(sim.keyId, sim.privateKeyPem)

  test('a write is sent once, whatever comes back', async () => {
    await using exchange = await openScriptedExchange((_request, number) =>
      number === 1 ? { status: 503, body: {} } : 'cut',
    )
    const orders = connectOrders({ apiUrl: exchange.apiUrl, signer: signer(), time: new InstantTime() })
    await expect(orders.place(newOrder())).rejects.toMatchObject({ status: 503 })
    await expect(orders.place(newOrder())).rejects.toMatchObject({ status: null })
    expect(exchange.requests).toHaveLength(2)
  })

  test('refused for its clock, it is signed anew: nothing was done yet', async () => {
    const date = 'Tue, 24 Nov 2026 12:00:00 GMT'
    const refusal = {
      status: 401,
      body: { error: { code: 'header_timestamp_expired', message: 'late' } },
      date,
    }
    const placed = { status: 201, body: { order_id: 'o', fill_count: '0.00', remaining_count: '3.00' } }
    await using exchange = await openScriptedExchange((_request, number) => (number === 1 ? refusal : placed))
    const orders = connectOrders({ apiUrl: exchange.apiUrl, signer: signer(), time: new InstantTime() })
    expect(await orders.place(newOrder())).toMatchObject({ orderId: 'o', remainingE2: 300 })
    const time = exchange.requests[1]?.headers['kalshi-access-timestamp']
    expect(Math.abs(Number(time) - Date.parse(date))).toBeLessThan(60_000)
  })

  test('prices and counts travel as text, on the YES scale', async () => {
    const bodies: unknown[] = []
    await using exchange = await openScriptedExchange((request) => {
      void once(request, 'data').then(([chunk]) => bodies.push(JSON.parse(String(chunk))))
      return { status: 201, body: { order_id: 'o', fill_count: '0', remaining_count: '1' } }
    })
    const orders = connectOrders({ apiUrl: exchange.apiUrl, signer: signer(), time: new InstantTime() })
    const wanted = { ticker: 'T', priceE4: 1_250, countE2: 150 }
    for (const side of ['yes', 'no'] as const) {
      for (const action of ['buy', 'sell'] as const) await orders.place(newOrder({ ...wanted, side, action }))
    }
    const sides = bodies.map((body) => Object(body))
    expect(sides.map(({ side, price, count: text }) => [side, price, text])).toEqual([
      ['bid', '0.1250', '1.50'],
      ['ask', '0.1250', '1.50'],
      ['ask', '0.8750', '1.50'],
      ['bid', '0.8750', '1.50'],
    ])
    expect(sides[0].time_in_force).toBe('immediate_or_cancel')
  })

  test.each([
    { note: 'no order id', body: { fill_count: '0', remaining_count: '1' } },
    { note: 'no counts', body: { order_id: 'o' } },
    { note: 'no object', body: [] },
  ])('an answer with $note is an error, and says nothing of the order', async ({ body }) => {
    await using exchange = await openScriptedExchange(() => ({ status: 201, body }))
    const orders = connectOrders({ apiUrl: exchange.apiUrl, signer: signer(), time: new InstantTime() })
    const failure = await orders.place(newOrder()).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(KalshiApiError)
    expect(failure).toMatchObject({ code: 'unexpected_body' })
  })

  test('a list with an order that cannot be read is no list', async () => {
    await using exchange = await openScriptedExchange(() => ({ status: 200, body: { orders: [{}] } }))
    const orders = connectOrders({ apiUrl: exchange.apiUrl, signer: signer(), time: new InstantTime() })
    await expect(orders.resting()).rejects.toMatchObject({ code: 'unexpected_body' })
  })
})
