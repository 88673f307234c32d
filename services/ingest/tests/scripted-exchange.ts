import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

type Command = {
  readonly id: number
  readonly cmd: string
  readonly params: {
    readonly channels?: readonly string[]
    readonly market_tickers?: readonly string[]
    readonly sids?: readonly number[]
    readonly action?: string
  }
}

/** Both sides of a book as the exchange writes them. */
export type ScriptedBook = {
  readonly yes_dollars_fp?: readonly (readonly [string, string])[]
  readonly no_dollars_fp?: readonly (readonly [string, string])[]
}

/** What the portfolio routes answer. */
export type ScriptedAccount = {
  balance_dollars: string
  market_positions: object[]
  orders: object[]
  fills: object[]
  settlements: object[]
}

export type Print = { readonly trade_id: string; readonly ts_ms: number; readonly count: number }

/** The 12 fields of a trade on the socket. */
export const tradeMessage = ({ trade_id, ts_ms, count }: Print) => ({
  trade_id,
  market_ticker: 'KXTEST-26NOV24-A',
  yes_price_dollars: '0.6100',
  no_price_dollars: '0.3900',
  count_fp: count.toFixed(2),
  taker_side: 'yes',
  taker_outcome_side: 'yes',
  taker_book_side: 'bid',
  is_block_trade: false,
  ts: Math.floor(ts_ms / 1000),
  ts_ms,
})

const restTrade = ({ trade_id, ts_ms, count }: Print) => ({
  trade_id,
  ticker: 'KXTEST-26NOV24-A',
  count_fp: count.toFixed(2),
  yes_price_dollars: '0.6100',
  no_price_dollars: '0.3900',
  taker_outcome_side: 'yes',
  taker_book_side: 'bid',
  created_time: new Date(ts_ms).toISOString(),
  is_block_trade: false,
})

function portfolio(account: ScriptedAccount, name: string): object {
  const { balance_dollars, market_positions, orders, fills, settlements } = account
  switch (name) {
    case 'balance':
      return { balance: Math.trunc(Number(balance_dollars) * 100), balance_dollars }
    case 'positions':
      return { market_positions, event_positions: [], cursor: '' }
    case 'orders':
      return { orders, cursor: '' }
    case 'fills':
      return { fills, cursor: '' }
    default:
      return { settlements, cursor: '' }
  }
}

/**
 * An exchange that does what the test says and nothing else, so that it can be wrong in ways a good one never is.
 * It checks no signature. What it prints is visible over REST, also what it keeps from the socket.
 */
export async function openScriptedExchange() {
  const prints: Print[] = []
  const commands: Command[] = []
  let clients: WebSocket[] = []
  let sids = 0
  const seqs = new Map<number, number>()
  const tradeSid = { now: 0 }
  const sidOf = new Map<string, number>()
  const books = new Map<string, ScriptedBook>()
  const followed = new Map<number, Set<string>>()
  const mode = {
    fails: false,
    reads: 0,
    refuses: false,
    away: false,
    /** Attempts to connect while it was away. */
    turnedAway: 0,
    answersTrade: true,
    /** None: the key may not read any. */
    account: undefined as ScriptedAccount | undefined,
    accountReads: 0,
    /** Channels whose next subscription is not answered. */
    silentChannels: new Set<string>(),
    /** Channels that are refused with code 9. */
    deniedChannels: new Set<string>(),
    /** Books that are asked for are not sent. */
    withholdsBooks: false,
  }

  const http = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://exchange')
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (mode.fails) return answer(400, { msg: 'broken on purpose' })
    const [, name = ''] = url.pathname.split('/portfolio/')
    if (name !== '') {
      mode.accountReads += 1
      const refusal = { error: { code: 'insufficient_scope', message: 'not with this key' } }
      return mode.account === undefined ? answer(403, refusal) : answer(200, portfolio(mode.account, name))
    }
    if (url.pathname.endsWith('/exchange/status'))
      return answer(200, { exchange_active: true, trading_active: true })
    if (url.pathname.endsWith('/markets/trades')) {
      mode.reads += 1
      const from = Number(url.searchParams.get('min_ts')) * 1000
      const to = Number(url.searchParams.get('max_ts') ?? 1e12) * 1000
      const trades = prints.filter(({ ts_ms }) => ts_ms >= from && ts_ms < to + 1000).toReversed()
      return answer(200, { trades: trades.map(restTrade), cursor: '' })
    }
    if (url.pathname.endsWith('/series')) return answer(200, { series: [] })
    if (url.pathname.endsWith('/markets')) return answer(200, { markets: [], cursor: '' })
    return answer(404, { error: { code: 'not_found', message: 'not found' } })
  })
  const ws = new WebSocketServer({ noServer: true })
  http.on('upgrade', (request, socket, head) => {
    if (mode.away) {
      mode.turnedAway += 1
      socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
      return
    }
    if (mode.refuses) {
      const body = '{"error":{"code":"authentication_error","details":"NOT_FOUND"}}'
      socket.end(
        `HTTP/1.1 401 Unauthorized\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      )
      return
    }
    ws.handleUpgrade(request, socket, head, (client) => {
      clients.push(client)
      sids = 0
      seqs.clear()
      sidOf.clear()
      followed.clear()
      client.on('close', () => {
        clients = clients.filter((one) => one !== client)
      })
      client.on('message', (data: Buffer) => {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the client under test wrote it
        const command = JSON.parse(data.toString()) as Command
        commands.push(command)
        if (command.cmd === 'subscribe') subscribe(command)
        else update(command)
      })
    })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
  const { port } = http.address() as AddressInfo

  function subscribe({ id, params }: Command): void {
    const [channel = ''] = params.channels ?? []
    if (mode.deniedChannels.has(channel)) {
      return send({ id, type: 'error', msg: { code: 9, msg: 'Authentication required' } })
    }
    const sid = (sids += 1)
    sidOf.set(channel, sid)
    followed.set(sid, new Set(params.market_tickers))
    if (channel === 'trade') tradeSid.now = sid
    if (!mode.silentChannels.delete(channel) && (channel !== 'trade' || mode.answersTrade)) {
      send({ id, type: 'subscribed', msg: { channel, sid } })
    }
    if (channel === 'orderbook_delta') sendBooks(params.market_tickers)
  }

  function update({ id, params: { sids: named, action, market_tickers: tickers = [] } }: Command): void {
    const sid = named?.[0] ?? 0
    const isBook = sid === sidOf.get('orderbook_delta')
    if (action === 'get_snapshot') return sendBooks(tickers, id)
    const markets = followed.get(sid) ?? new Set()
    for (const ticker of tickers) {
      if (action === 'add_markets') markets.add(ticker)
      else markets.delete(ticker)
    }
    const numbered = isBook ? { seq: next(sid) } : {}
    send({ id, sid, ...numbered, type: 'ok', msg: { market_tickers: [...markets] } })
    if (isBook && action === 'add_markets') sendBooks(tickers)
  }

  function sendBooks(tickers: readonly string[] = [], id?: number): void {
    const sid = sidOf.get('orderbook_delta') ?? 0
    for (const ticker of mode.withholdsBooks ? [] : tickers) {
      const book = books.get(ticker)
      if (book === undefined) continue
      const msg = { market_ticker: ticker, market_id: 'm', ...book }
      send({ ...(id !== undefined && { id }), type: 'orderbook_snapshot', sid, seq: next(sid), msg })
    }
  }

  function send(frame: object | string): void {
    for (const client of clients) client.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }
  /** The next number of a subscription. */
  function next(sid: number): number {
    const seq = (seqs.get(sid) ?? 0) + 1
    seqs.set(sid, seq)
    return seq
  }
  const close = async () => {
    for (const client of ws.clients) client.terminate()
    http.close()
    http.closeAllConnections()
    await once(http, 'close')
  }
  return {
    wsUrl: `ws://127.0.0.1:${port}/trade-api/ws/v2`,
    apiUrl: `http://127.0.0.1:${port}/trade-api/v2`,
    commands,
    prints,
    mode,
    tradeSid,
    books,
    /** The newest subscription of a channel; 0 before there is one. */
    sid: (channel: string) => sidOf.get(channel) ?? 0,
    /** Markets that a channel is limited to now. */
    followed: (channel: string) => [...(followed.get(sidOf.get(channel) ?? 0) ?? [])],
    /** Changes a level of a book. `lost`: it takes a number and never reaches the socket. */
    delta(ticker: string, change: { side: string; price: string; by: string }, lost = false): void {
      const sid = sidOf.get('orderbook_delta') ?? 0
      const { side, price: price_dollars, by: delta_fp } = change
      const msg = { market_ticker: ticker, market_id: 'm', price_dollars, delta_fp, side, ts_ms: Date.now() }
      const seq = next(sid)
      if (!lost) send({ type: 'orderbook_delta', sid, seq, msg })
    },
    send,
    next,
    clients: () => clients.length,
    /** Executes a trade. `lost`: it takes a number and never reaches the socket. */
    print(options: { lost?: boolean; count?: number } = {}): Print {
      const print = { trade_id: randomUUID(), ts_ms: Date.now(), count: options.count ?? 10 }
      prints.push(print)
      const seq = next(tradeSid.now)
      if (options.lost !== true) send({ type: 'trade', sid: tradeSid.now, seq, msg: tradeMessage(print) })
      return print
    },
    /** Pings `times` times, each after the pong to the one before; returns how many pongs came. */
    async pingPong(times: number, between: () => void): Promise<number> {
      let pongs = 0
      for (; pongs < times; pongs++) {
        const [client] = clients
        if (client === undefined) break
        between()
        client.ping('heartbeat')
        await once(client, 'pong')
      }
      return pongs
    },
    cut: () => {
      for (const client of ws.clients) client.terminate()
    },
    [Symbol.asyncDispose]: close,
  }
}
