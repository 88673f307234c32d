import { startExchangeSim, type ExchangeSim, type ExchangeSimOptions } from '@whalecast/exchange-sim'
import {
  connectRest,
  createSigner,
  ExchangeClock,
  exchangeSocket,
  parseFrame,
  subscribeCommand,
  type ExchangeFrame,
} from '@whalecast/kalshi'
import type { Trade } from '@whalecast/events'
import { describe, expect, test } from '@jest/globals'

async function openSim(options: ExchangeSimOptions): Promise<ExchangeSim & AsyncDisposable> {
  const sim = await startExchangeSim({ seed: 5, rate: 0, markets: 20, ...options })
  return { ...sim, [Symbol.asyncDispose]: () => sim.close() }
}

function connect(sim: ExchangeSim, clock = new ExchangeClock()) {
  const signer = createSigner(sim.keyId, sim.privateKeyPem)
  const socket = exchangeSocket({ wsUrl: sim.wsUrl, signer, clock, backoff: { baseMs: 5, capMs: 20 } })
  return { socket, rest: connectRest({ apiUrl: sim.apiUrl, signer, clock }), clock }
}

/** The frames of one connection, after subscribing to what is asked for. */
async function* frames(
  socket: ReturnType<typeof exchangeSocket>,
  command: string,
): AsyncGenerator<ExchangeFrame> {
  for await (const event of socket) {
    if (event.type === 'open') socket.send(command)
    if (event.type === 'frame') yield parseFrame(event.data, event.receivedAtMs)
    if (event.type === 'closed' && event.retryInMs === null) throw event.error
  }
}

async function take(source: AsyncIterable<ExchangeFrame>, trades: number): Promise<ExchangeFrame[]> {
  const taken: ExchangeFrame[] = []
  for await (const frame of source) {
    taken.push(frame)
    if (taken.filter(({ kind }) => kind === 'trade').length === trades) break
  }
  return taken
}

const tradesOf = (all: readonly ExchangeFrame[]) =>
  all.flatMap((frame) => (frame.kind === 'trade' ? [frame.trade] : []))
const withoutReceipt = ({ received_at_ms: _received, ...trade }: Trade) => trade

describe.each(['rsa', 'ed25519'] as const)('signed with %s', (keyType) => {
  test('the socket carries every trade in sequence, and REST tells of the same ones', async () => {
    await using sim = await openSim({ keyType, rate: 400 })
    const { socket, rest } = connect(sim)
    const received = await take(frames(socket, subscribeCommand(1, { channels: ['trade'] })), 200)
    expect(received[0]).toMatchObject({ kind: 'subscribed', id: 1, channel: 'trade', sid: 1 })
    expect(received.slice(1).map(({ sid, seq }) => [sid, seq])).toEqual(
      Array.from({ length: 200 }, (_, i) => [1, i + 1]),
    )

    const trades = tradesOf(received)
    const minTs = Math.floor((trades[0]?.executed_at_ms ?? 0) / 1_000) - 2
    const served = new Map<string, Trade>()
    for await (const page of rest.tradePages({ minTs }))
      for (const trade of page) served.set(trade.trade_id, trade)
    const found = trades.map(({ trade_id }) => served.get(trade_id)).flatMap((trade) => trade ?? [])
    expect(found.map(withoutReceipt)).toEqual(trades.map(withoutReceipt))
  })

  test('markets, events and the status are read', async () => {
    await using sim = await openSim({ keyType })
    const { rest } = connect(sim)
    expect(await rest.exchangeStatus()).toMatchObject({ exchange_active: true, trading_active: true })
    const pages = []
    for await (const page of rest.marketPages({ status: 'open', combos: 'all' })) pages.push(page)
    const markets = pages.flat()
    expect(markets.length).toBeGreaterThanOrEqual(20)
    const [first] = markets
    expect(await rest.market(first?.market_ticker ?? '')).toEqual(first)
    const event = await rest.event(first?.event_ticker ?? '')
    expect(event?.event_ticker).toBe(first?.event_ticker)
    expect(event?.title).toEqual(expect.any(String))
    expect(await rest.market('KXNOSUCH-1')).toBeUndefined()
  })
})

test('books, tickers and trades of one market: every frame is understood', async () => {
  await using sim = await openSim({ keyType: 'ed25519', rate: 200, markets: 3 })
  const { socket, rest } = connect(sim)
  const tickers: string[] = []
  for await (const page of rest.marketPages({ status: 'open', combos: 'all' }))
    tickers.push(...page.map((market) => market.market_ticker))
  const channels = ['orderbook_delta', 'ticker', 'trade'] as const
  const command = subscribeCommand(1, { channels, marketTickers: tickers, sendInitialSnapshot: true })
  const received = await take(frames(socket, command), 100)
  const kinds = new Set(received.map(({ kind }) => kind))
  expect(kinds).toEqual(new Set(['subscribed', 'book_snapshot', 'book_delta', 'ticker', 'trade']))
})

test('a clock that is two minutes late is corrected by the first refusal, on the socket and for REST', async () => {
  await using sim = await openSim({ keyType: 'ed25519', rate: 100 })
  const late = new ExchangeClock(() => Date.now() - 120_000)
  const { socket, rest, clock } = connect(sim, late)
  const received = await take(frames(socket, subscribeCommand(1, { channels: ['trade'] })), 1)
  expect(tradesOf(received)).toHaveLength(1)
  expect(Math.abs(clock.offsetMs - 120_000)).toBeLessThan(2_000)
  expect(await rest.exchangeStatus()).toMatchObject({ exchange_active: true })
  expect(sim.stats().connections).toMatchObject({ accepted: 1, refused: 1 })
})

test('a cut is a gap, and the next connection counts from 1 again', async () => {
  await using sim = await openSim({ keyType: 'ed25519', rate: 400 })
  const { socket } = connect(sim)
  const seqs: (number | 'gap' | undefined)[] = []
  for await (const event of socket) {
    if (event.type === 'open') socket.send(subscribeCommand(1, { channels: ['trade'] }))
    if (event.type === 'closed') seqs.push('gap')
    if (event.type !== 'frame') continue
    const frame = parseFrame(event.data, event.receivedAtMs)
    if (frame.kind === 'trade') seqs.push(frame.seq)
    if (seqs.length === 5) sim.disconnectAll()
    if (seqs.includes('gap') && seqs.at(-1) === 5) break
  }
  const cut = seqs.indexOf('gap')
  expect(seqs.slice(0, cut)).toEqual(Array.from({ length: cut }, (_, i) => i + 1))
  expect(seqs.slice(cut + 1)).toEqual([1, 2, 3, 4, 5])
})

test('a key the exchange does not know stops the socket after five refusals', async () => {
  await using sim = await openSim({ keyType: 'ed25519' })
  const signer = createSigner('no-such-key', sim.privateKeyPem)
  const events = []
  for await (const event of exchangeSocket({ wsUrl: sim.wsUrl, signer, backoff: { baseMs: 2, capMs: 5 } })) {
    events.push(event)
  }
  expect(events.at(-1)).toMatchObject({ type: 'closed', retryInMs: null, error: { status: 401 } })
  expect(sim.stats().connections).toMatchObject({ accepted: 0, refused: 5 })
  await expect(connectRest({ apiUrl: sim.apiUrl, signer }).exchangeStatus()).rejects.toMatchObject({
    code: 'authentication_error',
    details: 'NOT_FOUND',
  })
})
