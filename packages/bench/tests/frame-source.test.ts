import { describe, expect, test } from '@jest/globals'
import { connectRest, listCommand, parseFrame, subscribeCommand, unsubscribeCommand } from '@whalecast/kalshi'
import { eventually } from '@whalecast/testkit'
import { WebSocket } from 'ws'
import { FrameSource } from '../src/frame-source/frame-source.ts'

async function openSource() {
  const source = await FrameSource.open(20, 7)
  return { source, [Symbol.asyncDispose]: () => source.close() }
}

async function openReader(port: number) {
  const frames: string[] = []
  const socket = new WebSocket(`ws://127.0.0.1:${port}/trade-api/ws/v2`)
  socket.on('message', (data: Buffer) => frames.push(data.toString()))
  await new Promise((resolve) => socket.once('open', resolve))
  return {
    socket,
    frames,
    parsed: () => frames.map((text) => parseFrame(text, Date.now())),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.terminate()
      await closed
    },
  }
}

describe('the frame source', () => {
  test('prints exactly what it reports: numbered without a hole, each id once, as the exchange writes it', async () => {
    await using open = await openSource()
    await using reader = await openReader(open.source.port)
    reader.socket.send(subscribeCommand(1, { channels: ['trade'] }))
    await eventually(() => reader.frames.length === 1)
    open.source.start({ rate: 20_000, total: 3_000 })
    await eventually(() => reader.frames.length === 3_001)

    const [answer, ...trades] = reader.parsed()
    expect(JSON.parse(reader.frames[0]!)).toEqual({
      id: 1,
      type: 'subscribed',
      msg: { channel: 'trade', sid: 1 },
    })
    expect(answer).toMatchObject({ kind: 'subscribed', sid: 1 })
    expect(trades.map(({ seq }) => seq)).toEqual(trades.map((_, n) => n + 1))
    const ids = trades.map((frame) => (frame.kind === 'trade' ? frame.trade.trade_id : frame.kind))
    expect(new Set(ids).size).toBe(3_000)
    expect(
      ids.filter((id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/.test(id)),
    ).toEqual([])
    expect(open.source.report()).toMatchObject({ sent: 3_000, running: false, subscribers: 1 })
  })

  test('keeps its rate', async () => {
    await using open = await openSource()
    await using reader = await openReader(open.source.port)
    reader.socket.send(subscribeCommand(1, { channels: ['trade'] }))
    await eventually(() => reader.frames.length === 1)
    open.source.start({ rate: 5_000, total: 1_500 })
    await eventually(() => !open.source.report().running)
    expect(open.source.report().elapsedMs).toBeGreaterThanOrEqual(299)
  })

  test('sends nothing while nobody has subscribed, and nothing after stop', async () => {
    await using open = await openSource()
    await using reader = await openReader(open.source.port)
    open.source.start({ rate: 1_000, total: 100 })
    reader.socket.send(listCommand(1))
    await eventually(() => reader.frames.length === 1)
    expect(open.source.report()).toMatchObject({ sent: 0, running: true, subscribers: 0 })
    open.source.stop()
    reader.socket.send(subscribeCommand(2, { channels: ['trade'] }))
    reader.socket.send(listCommand(3))
    await eventually(() => reader.frames.length === 3)
    expect(open.source.report()).toMatchObject({ sent: 0, running: false, subscribers: 1 })
  })

  test('says when a reader does not keep up, and loses nothing of what it says was sent', async () => {
    await using open = await openSource()
    await using reader = await openReader(open.source.port)
    reader.socket.send(subscribeCommand(1, { channels: ['trade'] }))
    await eventually(() => reader.frames.length === 1)
    reader.socket.pause()
    open.source.start({ rate: 400_000, total: 10_000_000 })
    await eventually(() => open.source.report().blockedTurns > 10)
    open.source.stop()
    const { sent, latestMs } = open.source.report()
    expect(latestMs).toBeGreaterThan(0)
    reader.socket.resume()
    await eventually(() => reader.frames.length === sent + 1)
  })

  test('answers commands in the shapes of the exchange', async () => {
    await using open = await openSource()
    await using reader = await openReader(open.source.port)
    const commands = [
      subscribeCommand(1, { channels: ['trade', 'market_lifecycle_v2'] }),
      subscribeCommand(2, { channels: ['trade'] }),
      listCommand(3),
      unsubscribeCommand(4, [1]),
      unsubscribeCommand(5, [9]),
      '{"id":6,"cmd":"dance"}',
      'no json',
    ]
    for (const command of commands) reader.socket.send(command)
    await eventually(() => reader.frames.length === 8)
    expect(reader.frames.map((text): unknown => JSON.parse(text))).toEqual([
      { id: 1, type: 'subscribed', msg: { channel: 'trade', sid: 1 } },
      { id: 1, type: 'subscribed', msg: { channel: 'market_lifecycle_v2', sid: 2 } },
      { id: 2, sid: 1, seq: 1, type: 'ok', msg: { market_tickers: [] } },
      {
        id: 3,
        type: 'ok',
        msg: [
          { channel: 'trade', sid: 1 },
          { channel: 'market_lifecycle_v2', sid: 2 },
        ],
      },
      { id: 4, sid: 1, seq: 2, type: 'unsubscribed' },
      { id: 5, type: 'error', msg: { code: 7, msg: 'Unknown subscription ID' } },
      { id: 6, type: 'error', msg: { code: 5, msg: 'Unknown command' } },
      { id: 0, type: 'error', msg: { code: 1, msg: 'Unable to process message' } },
    ])
  })

  test('answers what ingest asks over REST', async () => {
    await using open = await openSource()
    const rest = connectRest({ apiUrl: `http://127.0.0.1:${open.source.port}/trade-api/v2` })
    expect(await rest.exchangeStatus()).toMatchObject({ trading_active: true })
    const markets = await rowsOf(rest.marketPages({ status: 'open' }))
    expect(markets).toHaveLength(20)
    expect(await rest.market(markets[3]!.market_ticker)).toEqual(markets[3])
    expect(await rest.market('KXNONE')).toBeUndefined()
    expect(await rowsOf(rest.tradePages({ minTs: 0 }))).toEqual([])
  })
})

async function rowsOf<Row>(pages: AsyncIterable<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = []
  for await (const page of pages) rows.push(...page)
  return rows
}
