import { describe, expect, test } from '@jest/globals'
import { ExchangeClient, levelsOf, listedTickers, openSim } from './exchange-client.ts'

/** Two markets that are listed and quoted. */
async function openMarkets() {
  const sim = await openSim()
  const [a, b] = await listedTickers(sim, 2)
  const client = await ExchangeClient.connect(sim)
  return {
    sim,
    client,
    a: String(a),
    b: String(b),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      await sim.close()
    },
  }
}

describe('commands', () => {
  test('each channel gets its own sid, counted from 1 on every connection, acknowledged before any data', async () => {
    await using open = await openMarkets()
    const { client, sim, a } = open
    client.send('subscribe', { channels: ['ticker', 'orderbook_delta', 'trade'], market_ticker: a })
    expect(await client.take(4)).toMatchObject([
      { id: 1, type: 'subscribed', msg: { channel: 'ticker', sid: 1 } },
      { id: 1, type: 'subscribed', msg: { channel: 'orderbook_delta', sid: 2 } },
      { type: 'orderbook_snapshot', sid: 2, seq: 1, msg: { market_ticker: a } },
      { id: 1, type: 'subscribed', msg: { channel: 'trade', sid: 3 } },
    ])
    client.send('list_subscriptions')
    expect(await client.next()).toEqual({
      id: 2,
      type: 'ok',
      msg: [
        { channel: 'ticker', sid: 1 },
        { channel: 'orderbook_delta', sid: 2 },
        { channel: 'trade', sid: 3 },
      ],
    })
    await using second = await ExchangeClient.connect(sim)
    second.send('subscribe', { channels: ['trade'] })
    expect(await second.next()).toEqual({ id: 1, type: 'subscribed', msg: { channel: 'trade', sid: 1 } })
  })

  test('a second subscription to a channel merges; its ok is numbered, and only new markets get snapshots', async () => {
    await using open = await openMarkets()
    const { client, a, b } = open
    client.send('subscribe', { channels: ['orderbook_delta'], market_ticker: a })
    client.send('subscribe', { channels: ['orderbook_delta'], market_tickers: [a, b] })
    expect((await client.take(4)).slice(1)).toMatchObject([
      { type: 'orderbook_snapshot', sid: 1, seq: 1, msg: { market_ticker: a } },
      { id: 2, type: 'ok', sid: 1, seq: 2, msg: { market_tickers: [a, b] } },
      { type: 'orderbook_snapshot', sid: 1, seq: 3, msg: { market_ticker: b } },
    ])
  })

  test('markets are added and deleted; the sequence counts every numbered frame', async () => {
    await using open = await openMarkets()
    const { client, sim, a, b } = open
    client.send('subscribe', { channels: ['trade'], market_ticker: a })
    client.send('update_subscription', { sid: 1, action: 'add_markets', market_tickers: [b] })
    client.send('update_subscription', { sids: [1], action: 'delete_markets', market_tickers: [a] })
    await client.take(1)
    expect(await client.take(2)).toEqual([
      { id: 2, sid: 1, seq: 1, type: 'ok', msg: { market_tickers: [a, b] } },
      { id: 3, sid: 1, seq: 2, type: 'ok', msg: { market_tickers: [b] } },
    ])
    sim.printTrade({ market: a, side: 'yes', price: '0.50', count: 1 })
    sim.printTrade({ market: b, side: 'no', price: '0.50', count: '2.5' })
    client.send('unsubscribe', { sids: [1] })
    expect(await client.take(2)).toMatchObject([
      {
        type: 'trade',
        sid: 1,
        seq: 3,
        msg: { market_ticker: b, count_fp: '2.50', taker_side: 'no', taker_book_side: 'ask' },
      },
      { id: 4, sid: 1, seq: 4, type: 'unsubscribed' },
    ])
    sim.printTrade({ market: b, side: 'no', price: '0.50', count: 1 })
    expect(await client.settle()).toEqual([])
    client.send('subscribe', { channels: ['trade'] })
    expect(await client.next()).toMatchObject({ type: 'subscribed', msg: { sid: 2 } })
  })

  test('get_snapshot answers with snapshots under the command id, and the sequence goes on', async () => {
    await using open = await openMarkets()
    const { client, a, b } = open
    client.send('subscribe', { channels: ['orderbook_delta'], market_tickers: [a, b] })
    client.send('update_subscription', { sid: 1, action: 'get_snapshot', market_tickers: [b, 'KXNONE'] })
    client.send('update_subscription', { sid: 1, action: 'get_snapshot', market_tickers: [] })
    const frames = await client.settle()
    expect(frames.map(({ type, seq, id }) => [type, seq, id])).toEqual([
      ['subscribed', undefined, 1],
      ['orderbook_snapshot', 1, undefined],
      ['orderbook_snapshot', 2, undefined],
      ['orderbook_snapshot', 3, 2],
    ])
  })

  test('use_yes_price puts NO levels and NO deltas on the YES scale', async () => {
    await using open = await openMarkets()
    const { client, sim, a } = open
    await using plain = await ExchangeClient.connect(sim)
    plain.send('subscribe', { channels: ['orderbook_delta'], market_ticker: a })
    client.send('subscribe', { channels: ['orderbook_delta'], market_ticker: a, use_yes_price: true })
    const [, usual] = await plain.take(2)
    const [, scaled] = await client.take(2)
    const complement = (price: string) => (1 - Number(price)).toFixed(4)
    const levels = levelsOf(usual, 'no')
    expect(levels.length).toBeGreaterThan(0)
    expect(levelsOf(scaled, 'no')).toEqual(levels.map(([price, count]) => [complement(price), count]))
    expect(scaled?.msg['yes_dollars_fp']).toEqual(usual?.msg['yes_dollars_fp'])
    sim.place({ market: a, side: 'no', price: '0.01', count: 5 })
    expect(await client.next()).toMatchObject({
      msg: { side: 'no', price_dollars: '0.9900', delta_fp: '5.00' },
    })
    expect(await plain.next()).toMatchObject({
      msg: { side: 'no', price_dollars: '0.0100', delta_fp: '5.00' },
    })
  })

  test('tickers come unnumbered, at once where asked for, by market id as well, with short replies on request', async () => {
    await using open = await openMarkets()
    const { client, a, b } = open
    client.send('subscribe', {
      channels: ['ticker'],
      market_ticker: a,
      send_initial_snapshot: true,
      skip_ticker_ack: true,
    })
    const [, first] = await client.take(2)
    expect(first).toMatchObject({ type: 'ticker', sid: 1, msg: { market_ticker: a } })
    expect(first).not.toHaveProperty('seq')
    client.send('update_subscription', {
      sid: 1,
      action: 'add_markets',
      market_tickers: [b],
      send_initial_snapshot: true,
    })
    const [ok, second] = await client.take(2)
    expect(ok).toEqual({ id: 2, sid: 1, type: 'ok', msg: {} })
    expect(second).toMatchObject({ type: 'ticker', msg: { market_ticker: b } })
    client.send('unsubscribe', { sids: [1] })
    expect(await client.next()).toEqual({ id: 3, sid: 1, type: 'unsubscribed' })
    const market_ids = [String(first?.msg['market_id'])]
    client.send('subscribe', { channels: ['ticker'], market_ids, send_initial_snapshot: true })
    expect((await client.take(2))[1]).toMatchObject({ sid: 2, msg: { market_ticker: a } })
  })

  test('every mistake has its code, and the connection lives on', async () => {
    await using open = await openMarkets()
    const { client, a } = open
    client.send('subscribe', { channels: ['trade'] })
    client.send('subscribe', { channels: ['market_lifecycle_v2'] })
    client.send('subscribe', { channels: ['ticker'], market_ticker: a })
    await client.settle()
    const subscribe = (params: object) => ['subscribe', params] as const
    const update = (params: object) => ['update_subscription', params] as const
    const rows: [code: number, cmd: string, params?: object][] = [
      [2, 'subscribe'],
      [1, ...subscribe([])],
      [3, ...subscribe({})],
      [3, ...subscribe({ channels: [] })],
      [1, ...subscribe({ channels: 'trade' })],
      [8, ...subscribe({ channels: ['ticker_v2'] })],
      [8, ...subscribe({ channels: ['trade', 'toString'] })],
      [9, ...subscribe({ channels: ['communications'] })],
      [14, ...subscribe({ channels: ['orderbook_delta'] })],
      [14, ...subscribe({ channels: ['orderbook_delta'], market_tickers: [] })],
      [11, ...subscribe({ channels: ['trade'], market_ticker: a, market_tickers: [a] })],
      [11, ...subscribe({ channels: ['ticker'], market_ids: ['x'] })],
      [11, ...subscribe({ channels: ['trade'], market_id: '00000000-0000-4000-8000-000000000000' })],
      [1, ...subscribe({ channels: ['trade'], market_tickers: [1] })],
      [1, ...subscribe({ channels: ['trade'], use_yes_price: 'yes' })],
      [2, 'unsubscribe'],
      [4, 'unsubscribe', { sids: [] }],
      [1, 'unsubscribe', { sids: ['1'] }],
      [7, 'unsubscribe', { sids: [99] }],
      [5, 'launch'],
      [2, 'update_subscription'],
      [12, ...update({ action: 'add_markets' })],
      [12, ...update({ sids: [1, 2], action: 'add_markets' })],
      [7, ...update({ sid: 99, action: 'add_markets', market_tickers: [a] })],
      [15, ...update({ sid: 1 })],
      [13, ...update({ sid: 1, action: 'explode' })],
      [13, ...update({ sid: 2, action: 'add_markets', market_tickers: [a] })],
      [13, ...update({ sid: 1, action: 'get_snapshot', market_tickers: [a] })],
      [14, ...update({ sid: 1, action: 'add_markets' })],
    ]
    for (const [code, cmd, params] of rows) {
      const id = client.send(cmd, params)
      const { type, id: answered, msg } = await client.next()
      expect({ cmd, params, type, id: answered, code: msg['code'] }).toEqual({
        cmd,
        params,
        type: 'error',
        id,
        code,
      })
    }
    for (const text of [
      '{',
      '[]',
      'null',
      '{"id":"1","cmd":"subscribe"}',
      '{"id":-1,"cmd":"x"}',
      '{"id":1,"cmd":7}',
    ]) {
      client.socket.send(text)
      expect((await client.next()).msg).toEqual({ code: 1, msg: 'Unable to process message' })
    }
    client.send('list_subscriptions')
    expect((await client.next()).msg).toHaveLength(3)
  })

  test('an error about one subscription names it and takes a number of its sequence', async () => {
    await using open = await openMarkets()
    const { client, sim, a } = open
    client.send('subscribe', { channels: ['trade', 'ticker'] })
    client.send('update_subscription', { sid: 1, action: 'explode' })
    client.send('update_subscription', { sid: 2, action: 'explode' })
    const [, , numbered, plain] = await client.take(4)
    expect(numbered).toEqual({
      id: 2,
      type: 'error',
      sid: 1,
      seq: 1,
      msg: { code: 13, msg: 'Unsupported action' },
    })
    expect(plain).toEqual({ id: 3, type: 'error', sid: 2, msg: { code: 13, msg: 'Unsupported action' } })
    sim.printTrade({ market: a, side: 'yes', price: '0.50', count: 1 })
    expect(await client.next()).toMatchObject({ type: 'trade', seq: 2 })
  })

  test('too many commands in a second, or markets on a subscription, are refused', async () => {
    await using sim = await openSim({
      limits: { commandsPerSecond: 3, marketsPerSubscription: 2 },
      clock: () => Date.UTC(2026, 10, 9),
    })
    await using client = await ExchangeClient.connect(sim, Date.UTC(2026, 10, 9))
    client.send('subscribe', { channels: ['trade'], market_tickers: ['A', 'B'] })
    client.send('update_subscription', { sid: 1, action: 'add_markets', market_tickers: ['C'] })
    client.send('update_subscription', { sid: 1, action: 'add_markets', market_tickers: ['B'] })
    client.send('list_subscriptions')
    expect((await client.take(4)).map(({ type, msg }) => [type, msg['code']])).toEqual([
      ['subscribed', undefined],
      ['error', 26],
      ['ok', undefined],
      ['error', 27],
    ])
  })
})

describe('a connection', () => {
  test('is pinged with the payload the exchange uses, and cut when it does not answer', async () => {
    await using sim = await openSim({ limits: { pingEveryMs: 20, missedPongs: 2 } })
    await using client = await ExchangeClient.connect(sim)
    const payload = await new Promise<Buffer>((resolve) => client.socket.once('ping', resolve))
    expect(payload.toString()).toBe('heartbeat')
    await using silent = await ExchangeClient.connect(sim)
    silent.socket.pause()
    while (sim.stats().connections.open > 1) await new Promise((resolve) => setTimeout(resolve, 10))
    silent.socket.resume()
    expect(await silent.closed).toBe(1006)
    expect(client.socket.readyState).toBe(client.socket.OPEN)
  })

  test('that reads too slowly loses the subscription with error 25, keeps the others and its socket', async () => {
    await using sim = await openSim({ limits: { outboundBytes: 20_000 } })
    await using client = await ExchangeClient.connect(sim)
    client.send('subscribe', { channels: ['trade'] })
    client.send('subscribe', { channels: ['market_lifecycle_v2'] })
    await client.settle()
    client.socket.pause()
    const [ticker] = await listedTickers(sim, 1)
    const order = { market: String(ticker), side: 'yes', price: '0.50', count: 1 } as const
    let printed = 0
    while (sim.stats().overflows === 0) {
      for (let trade = 0; trade < 100; trade += 1) sim.printTrade(order)
      printed += 100
      await new Promise((resolve) => setImmediate(resolve))
    }
    client.socket.resume()
    const frames = await client.settle()
    const last = frames.at(-1)
    expect(last).toMatchObject({ type: 'error', sid: 1, seq: frames.length, msg: { code: 25 } })
    expect(frames.length).toBeLessThan(printed)
    sim.printTrade(order)
    client.send('list_subscriptions')
    expect((await client.next()).msg).toEqual([{ channel: 'market_lifecycle_v2', sid: 2 }])
  })

  test('ends with 1001 when the exchange goes away', async () => {
    await using sim = await openSim()
    await using client = await ExchangeClient.connect(sim)
    sim.disconnectAll()
    expect(await client.closed).toBe(1001)
  })
})
