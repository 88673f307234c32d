import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

type Command = {
  readonly id: number
  readonly cmd: string
  readonly params: { readonly channels: readonly string[] }
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
  const mode = { fails: false, reads: 0, refuses: false, away: false, answersTrade: true }

  const http = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://exchange')
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (mode.fails) return answer(400, { msg: 'broken on purpose' })
    if (url.pathname.endsWith('/exchange/status'))
      return answer(200, { exchange_active: true, trading_active: true })
    if (url.pathname.endsWith('/markets/trades')) {
      mode.reads += 1
      const from = Number(url.searchParams.get('min_ts')) * 1000
      const to = Number(url.searchParams.get('max_ts') ?? 1e12) * 1000
      const trades = prints.filter(({ ts_ms }) => ts_ms >= from && ts_ms < to + 1000).toReversed()
      return answer(200, { trades: trades.map(restTrade), cursor: '' })
    }
    if (url.pathname.endsWith('/markets')) return answer(200, { markets: [], cursor: '' })
    return answer(404, { error: { code: 'not_found', message: 'not found' } })
  })
  const ws = new WebSocketServer({ noServer: true })
  http.on('upgrade', (request, socket, head) => {
    if (mode.away) {
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
      client.on('close', () => {
        clients = clients.filter((one) => one !== client)
      })
      client.on('message', (data: Buffer) => {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the client under test wrote it
        const command = JSON.parse(data.toString()) as Command
        commands.push(command)
        const [channel = ''] = command.params.channels
        sids += 1
        if (channel === 'trade') tradeSid.now = sids
        if (channel !== 'trade' || mode.answersTrade) {
          send({ id: command.id, type: 'subscribed', msg: { channel, sid: sids } })
        }
      })
    })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
  const { port } = http.address() as AddressInfo

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
