import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { call, ExchangeClient, type Frame, openSim, traderOf } from './exchange-client.ts'
import { order } from './trading.ts'

const recorded = fileURLToPath(
  new URL('../../../../shared/data/kalshi_ws_kxbtc15m_20260514.jsonl.gz', import.meta.url),
)
const tickers = ['KXBTC15M-26MAY140045-45', 'KXBTC15M-26MAY140100-00']
const onRecording = existsSync(recorded) ? test : test.skip
const note = existsSync(recorded) ? '' : ` (skipped: no recording at ${recorded})`

/** A recording of one's own, in a file that goes away with the block. */
function recordingOf(lines: readonly object[]): { file: string } & Disposable {
  const directory = mkdtempSync(join(tmpdir(), 'exchange-sim-'))
  const file = join(directory, 'recording.jsonl')
  writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'))
  return { file, [Symbol.dispose]: () => rmSync(directory, { recursive: true }) }
}

const at = (ms: number, frame: object) => ({ recv_ns: `${1_700_000_000_000 + ms}000000`, conn: 'a', frame })
const snapshot = (seq: number, ms = 0) =>
  at(ms, {
    type: 'orderbook_snapshot',
    sid: 9,
    seq,
    msg: { market_ticker: 'KXA-1-A', yes_dollars_fp: [['0.4000', '10.00']] },
  })
const delta = (seq: number, ms = 0, ticker = 'KXA-1-A') =>
  at(ms, {
    type: 'orderbook_delta',
    sid: 9,
    seq,
    msg: { market_ticker: ticker, price_dollars: '0.4100', delta_fp: '1.50', side: 'yes', ts_ms: 1 },
  })
const bookOf = (market_ticker: string) => ({ channels: ['orderbook_delta'], market_ticker })
const seqs = (frames: readonly Frame[]) => frames.map(({ seq }) => seq)

describe('replay of a recording', () => {
  onRecording(
    `hands out every recorded frame, with its seq, over the recorded reconnects${note}`,
    async () => {
      await using sim = await openSim({ replay: { file: recorded, speed: 0 } })
      const frames: Frame[][] = []
      for (const ending of ['cut', 'cut', 'end of the recording']) {
        await using client = await ExchangeClient.connect(sim)
        client.send('subscribe', { channels: ['ticker', 'orderbook_delta'], market_tickers: tickers })
        if (ending === 'cut') expect(await client.closed).toBe(1001)
        else await eventually(() => sim.stats().replay?.finished === 1)
        frames.push(await client.rest())
      }
      const counts: Record<string, number> = {}
      for (const { type } of frames.flat()) counts[type] = (counts[type] ?? 0) + 1
      const holes = frames.flatMap((connection) =>
        seqs(connection)
          .filter((seq) => seq !== undefined)
          .filter((seq, index) => seq !== index + 1),
      )
      expect(counts).toEqual({ subscribed: 6, orderbook_snapshot: 4, orderbook_delta: 101_703, ticker: 842 })
      expect(holes).toEqual([])
      expect(sim.stats().replay).toMatchObject({
        recorded: 102_549,
        sent: { orderbook_snapshot: 4, orderbook_delta: 101_703, ticker: 842 },
        unsubscribed: 0,
        cuts: 2,
        malformed: 0,
      })
      const markets = await Promise.all(tickers.map((ticker) => fetch(`${sim.apiUrl}/markets/${ticker}`)))
      expect(markets.map(({ status }) => status)).toEqual([200, 200])
    },
  )

  test('numbers go on without a hole when the client makes the exchange say more than was recorded', async () => {
    using recording = recordingOf([
      snapshot(1),
      delta(2),
      delta(3, 0, 'KXB-1-B'),
      delta(4),
      delta(7),
      delta(8),
    ])
    await using sim = await openSim({ replay: { file: recording.file, speed: 0 } })
    await using client = await ExchangeClient.connect(sim)
    client.send('subscribe', bookOf('KXA-1-A'))
    // The frame of another market is left out without a hole; the recorder's own hole, 4 to 7, stays.
    expect(seqs(await client.take(6))).toEqual([undefined, 1, 2, 3, 6, 7])
    client.send('update_subscription', { sid: 1, action: 'get_snapshot', market_tickers: ['KXA-1-A'] })
    const [answer] = await client.take(1)
    expect(answer).toMatchObject({
      type: 'orderbook_snapshot',
      seq: 8,
      msg: {
        yes_dollars_fp: [
          ['0.4000', '10.00'],
          ['0.4100', '6.00'],
        ],
      },
    })
    expect(sim.stats().replay).toMatchObject({ recorded: 6, unsubscribed: 1, finished: 1 })
  })

  test('a client that vanished goes on where it was, from a snapshot; another client begins at the start', async () => {
    using recording = recordingOf([snapshot(1), delta(2), delta(3, 60_000)])
    await using sim = await openSim({ replay: { file: recording.file, speed: 1 } })
    const lost = await ExchangeClient.connect(sim)
    lost.send('subscribe', bookOf('KXA-1-A'))
    await lost.take(3)
    lost.socket.terminate()
    await lost.closed
    await using back = await ExchangeClient.connect(sim)
    back.send('subscribe', bookOf('KXA-1-A'))
    expect((await back.take(2))[1]).toMatchObject({
      type: 'orderbook_snapshot',
      seq: 1,
      msg: {
        yes_dollars_fp: [
          ['0.4000', '10.00'],
          ['0.4100', '1.50'],
        ],
      },
    })
    await using other = await ExchangeClient.connect(sim)
    other.send('subscribe', bookOf('KXA-1-A'))
    expect((await other.take(3)).map(({ type }) => type)).toEqual([
      'subscribed',
      'orderbook_snapshot',
      'orderbook_delta',
    ])
  })

  test('a client that does not read slows the tape down and loses nothing', async () => {
    const length = 30_000
    using recording = recordingOf([snapshot(1), ...Array.from({ length }, (_, index) => delta(index + 2))])
    await using sim = await openSim({
      replay: { file: recording.file, speed: 0 },
      limits: { outboundBytes: 65_536 },
    })
    await using client = await ExchangeClient.connect(sim)
    client.send('subscribe', bookOf('KXA-1-A'))
    await client.take(3)
    client.socket.pause()
    let sent = 0
    let looks = 0
    const sentNow = () => sim.stats().replay?.sent['orderbook_delta'] ?? 0
    // The tape stands still: ten looks in a row see the same count.
    await eventually(() => {
      looks = sentNow() === sent ? looks + 1 : 0
      sent = sentNow()
      return looks === 10
    })
    expect(sent).toBeLessThan(length)
    client.socket.resume()
    const frames = await client.until(({ seq }) => seq === length + 1)
    expect(seqs(frames)).toEqual(Array.from({ length: length - 1 }, (_, index) => index + 3))
    expect(sim.stats()).toMatchObject({ overflows: 0 })
  })

  test('a recording shows an account, but takes no orders for it', async () => {
    using recording = recordingOf([snapshot(1), delta(2)])
    await using sim = await openSim({ replay: { file: recording.file, speed: 0 } })
    const trader = traderOf(sim)
    await using client = await ExchangeClient.connect({ ...sim, ...trader })
    client.send('subscribe', { channels: ['fill', 'user_orders'] })
    expect((await client.take(2)).map(({ type }) => type)).toEqual(['subscribed', 'subscribed'])
    expect((await call(sim, trader, 'GET /portfolio/balance')).body['balance']).toBe(100_000)
    expect(await call(sim, trader, 'POST /portfolio/events/orders', order('KXA-1-A'))).toMatchObject({
      status: 409,
      body: { error: { code: 'trading_is_inactive' } },
    })
    const limit = { contracts_limit: 1 }
    expect((await call(sim, trader, 'POST /portfolio/order_groups/create', limit)).status).toBe(409)
    expect(sim.orders()).toMatchObject([{ accepted: false, code: 'trading_is_inactive' }])
    expect(await client.settle()).toEqual([])
  })

  test('bad lines are counted and stop nothing', async () => {
    using recording = recordingOf([snapshot(1), { frame: { type: 7 } }, { nonsense: true }, delta(2)])
    await using sim = await openSim({ replay: { file: recording.file, speed: 0 } })
    await using client = await ExchangeClient.connect(sim)
    client.send('subscribe', bookOf('KXA-1-A'))
    expect(seqs(await client.take(3))).toEqual([undefined, 1, 2])
    expect(sim.stats().replay).toMatchObject({ malformed: 2, recorded: 2 })
    expect(() => sim.printTrade({ market: 'KXA-1-A', side: 'yes', price: '0.40', count: 1 })).toThrow(
      'recording',
    )
  })
})

/** Waits until a condition holds; the test's own time limit is the deadline. */
async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10))
}
