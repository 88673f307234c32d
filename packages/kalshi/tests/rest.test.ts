import { generateKeyPairSync, verify } from 'node:crypto'
import { connectRest, createSigner, ExchangeClock, type RestOptions } from '@whalecast/kalshi'
import { describe, expect, test } from '@jest/globals'
import { InstantTime } from './support/instant-time.ts'
import { openScriptedExchange, type ScriptedExchange } from './support/scripted-exchange.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const signer = createSigner('key-1', privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())
const market = {
  ticker: 'KXBTCD-26NOV24-T114999.99',
  title: 'Bitcoin',
  status: 'active',
  close_time: '2026-11-24T17:00:00Z',
}

function connect(exchange: ScriptedExchange, options: Partial<RestOptions> = {}) {
  const time = new InstantTime()
  const rest = connectRest({ apiUrl: exchange.apiUrl, time, random: () => 0.5, ...options })
  return { time, rest }
}

const trade = (id: string) => ({
  trade_id: id,
  ticker: market.ticker,
  yes_price_dollars: '0.6100',
  no_price_dollars: '0.3900',
  count_fp: '250.00',
  taker_outcome_side: 'no',
  created_time: '2026-11-08T10:00:00.188698Z',
  is_block_trade: false,
})

async function collect<Item>(pages: AsyncIterable<Item[]>): Promise<Item[][]> {
  const collected: Item[][] = []
  for await (const page of pages) collected.push(page)
  return collected
}

describe('refusals', () => {
  test.each([
    {
      shape: 'nested',
      status: 401,
      body: {
        error: { code: 'authentication_error', message: 'no', details: 'INCORRECT_API_KEY_SIGNATURE' },
      },
      expected: { code: 'authentication_error', details: 'INCORRECT_API_KEY_SIGNATURE' },
    },
    {
      shape: 'flat',
      status: 400,
      body: { code: 'bad_request', message: 'no', details: '' },
      expected: { code: 'bad_request', details: null },
    },
    { shape: 'msg', status: 400, body: { msg: 'limit' }, expected: { code: 'http_400', details: null } },
    { shape: 'a page', status: 403, body: '<html>', expected: { code: 'http_403', details: null } },
  ])('$shape, $status: one error, no retry', async ({ status, body, expected }) => {
    await using exchange = await openScriptedExchange(() => ({ status, body }))
    const error = await connect(exchange)
      .rest.market('X')
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'KalshiApiError', status, retryable: false, ...expected })
    expect(exchange.requests).toHaveLength(1)
  })

  test.each([
    { note: 'too many requests', reply: { status: 429, body: { error: 'too many requests' } }, status: 429 },
    { note: 'a gateway that is down', reply: { status: 502, body: '<html>' }, status: 502 },
    { note: 'a connection that is cut', reply: 'cut' as const, status: null },
  ])('$note is tried six times, further and further apart, then told', async ({ reply, status }) => {
    await using exchange = await openScriptedExchange(() => reply)
    const { rest, time } = connect(exchange)
    const error = await rest.market('X').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'KalshiApiError', status, retryable: true })
    expect(exchange.requests).toHaveLength(6)
    expect(time.waits).toEqual([250, 500, 1_000, 2_000, 4_000])
  })

  test('one that passes is not noticed', async () => {
    await using exchange = await openScriptedExchange((_request, number) =>
      number < 4 ? { status: 503, body: {} } : { status: 200, body: { market } },
    )
    expect(await connect(exchange).rest.market(market.ticker)).toMatchObject({
      title: 'Bitcoin',
      status: 'active',
    })
  })

  test('an unknown ticker is an answer, not an error', async () => {
    const body = { error: { code: 'not_found', message: 'not found' } }
    await using exchange = await openScriptedExchange(() => ({ status: 404, body }))
    const { rest } = connect(exchange)
    expect([await rest.market('X'), await rest.event('X')]).toEqual([undefined, undefined])
  })

  test.each([
    { note: 'a page of a proxy', body: '<html>' },
    { note: 'nothing of what was asked for', body: {} },
    { note: 'a market without a ticker', body: { market: {} } },
  ])('200 with $note is an error of its own', async ({ body }) => {
    await using exchange = await openScriptedExchange(() => ({ status: 200, body }))
    const { rest } = connect(exchange)
    await expect(rest.market('X')).rejects.toMatchObject({ code: 'unexpected_body', retryable: false })
    await expect(rest.exchangeStatus()).rejects.toMatchObject({ code: 'unexpected_body' })
    await expect(collect(rest.tradePages({ minTs: 1 }))).rejects.toMatchObject({ code: 'unexpected_body' })
  })

  test('the error that reaches a log carries no signature', async () => {
    await using exchange = await openScriptedExchange(() => 'cut')
    const error: unknown = await connect(exchange, { signer })
      .rest.market('X')
      .catch((thrown: unknown) => thrown)
    const { cause } = Object(error)
    expect(JSON.stringify([error, cause, String(error)])).not.toContain('KALSHI-ACCESS')
  })
})

describe('the clock', () => {
  const expired = { error: { code: 'header_timestamp_expired', message: 'old' } }
  const signedAtMs = (exchange: ScriptedExchange) =>
    exchange.requests.map((request) => Number(request.headers['kalshi-access-timestamp']))

  test('a clock that is off is corrected from the Date header, and the call signed again at once', async () => {
    const aheadMs = 3 * 3_600_000
    await using exchange = await openScriptedExchange((_request, number) =>
      number === 1
        ? { status: 401, body: expired, date: new Date(Date.now() + aheadMs).toUTCString() }
        : { status: 200, body: { market } },
    )
    const clock = new ExchangeClock()
    const { rest, time } = connect(exchange, { signer, clock })
    expect(await rest.market(market.ticker)).toMatchObject({ market_ticker: market.ticker })
    const [before = 0, after = 0] = signedAtMs(exchange)
    expect(Math.abs(after - before - aheadMs)).toBeLessThan(2_000)
    expect(clock.offsetMs).toBeGreaterThan(aheadMs - 2_000)
    expect(time.waits).toEqual([])
    const headers = exchange.requests[1]?.headers ?? {}
    const text = `${String(headers['kalshi-access-timestamp'])}GET/trade-api/v2/markets/${market.ticker}`
    const signature = Buffer.from(String(headers['kalshi-access-signature']), 'base64')
    expect(verify(null, Buffer.from(text), publicKey, signature)).toBe(true)
  })

  test('corrected only once: a key that is refused all the same is told', async () => {
    await using exchange = await openScriptedExchange(() => ({ status: 401, body: expired }))
    await expect(connect(exchange, { signer }).rest.market('X')).rejects.toMatchObject({
      code: 'header_timestamp_expired',
    })
    expect(exchange.requests).toHaveLength(2)
  })
})

describe('pages', () => {
  test('follow the cursor to its end and carry the query along', async () => {
    const cursors = ['c1', 'c2', '']
    await using exchange = await openScriptedExchange((_request, number) => ({
      status: 200,
      body: { trades: [trade(`t${number}`), trade(`u${number}`)], cursor: cursors[number - 1] },
    }))
    const { rest, time } = connect(exchange)
    const pages = await collect(
      rest.tradePages({ minTs: 1_794_000_000, maxTs: 1_794_000_060, ticker: market.ticker }),
    )
    expect(pages.map((page) => page.map((item) => item.trade_id))).toEqual([
      ['t1', 'u1'],
      ['t2', 'u2'],
      ['t3', 'u3'],
    ])
    expect(pages[0]?.[0]).toEqual({
      trade_id: 't1',
      market_ticker: market.ticker,
      taker_side: 'no',
      yes_price_e4: 6_100,
      count_e2: 25_000,
      is_block_trade: false,
      executed_at_ms: Date.parse('2026-11-08T10:00:00.188Z'),
      received_at_ms: time.now(),
    })
    const queries = exchange.requests.map((request) =>
      Object.fromEntries(new URL(request.url ?? '', 'http://x').searchParams),
    )
    const query = { limit: '1000', min_ts: '1794000000', max_ts: '1794000060', ticker: market.ticker }
    expect(queries).toEqual([query, { ...query, cursor: 'c1' }, { ...query, cursor: 'c2' }])
  })

  test.each([
    { note: 'null', cursor: null },
    { note: 'no', cursor: undefined },
  ])('$note cursor is the end, too', async ({ cursor }) => {
    await using exchange = await openScriptedExchange(() => ({ status: 200, body: { trades: [], cursor } }))
    expect(await collect(connect(exchange).rest.tradePages({ minTs: 1 }))).toEqual([[]])
  })

  test('the same cursor twice would never end', async () => {
    await using exchange = await openScriptedExchange(() => ({
      status: 200,
      body: { trades: [], cursor: 'c' },
    }))
    await expect(collect(connect(exchange).rest.tradePages({ minTs: 1 }))).rejects.toMatchObject({
      code: 'cursor_repeated',
    })
    expect(exchange.requests).toHaveLength(2)
  })

  test('a bad row is left out and told, the others stay', async () => {
    const bad = { ...trade('t2'), count_fp: '-1.00' }
    await using exchange = await openScriptedExchange((request) => ({
      status: 200,
      body: request.url?.includes('/markets/trades')
        ? { trades: [trade('t1'), bad, 'odd', trade('t3')], cursor: '' }
        : { markets: [market, {}], cursor: '' },
    }))
    const dropped: string[] = []
    const onDropped = (what: string, reason: string) => dropped.push(`${what} ${reason}`)
    const { rest } = connect(exchange, { onDropped })
    const [trades] = await collect(rest.tradePages({ minTs: 1 }))
    const [markets] = await collect(rest.marketPages({ status: 'open', tickers: ['A', 'B'] }))
    expect(trades?.map((item) => item.trade_id)).toEqual(['t1', 't3'])
    expect(markets?.map((item) => item.market_ticker)).toEqual([market.ticker])
    expect(dropped).toEqual(['trade count_out_of_range', 'trade not_an_object', 'market malformed'])
    const { searchParams } = new URL(exchange.requests[1]?.url ?? '', 'http://x')
    expect(Object.fromEntries(searchParams)).toEqual({
      limit: '1000',
      status: 'open',
      tickers: 'A,B',
      mve_filter: 'exclude',
    })
  })
})

describe('abort', () => {
  test('ends an iteration quietly, in the middle of a request', async () => {
    const controller = new AbortController()
    await using exchange = await openScriptedExchange((_request, number) => {
      if (number === 1) return { status: 200, body: { trades: [trade('t1')], cursor: 'c1' } }
      setImmediate(() => controller.abort())
      return 'hang'
    })
    const pages = await collect(connect(exchange).rest.tradePages({ minTs: 1 }, controller.signal))
    expect(pages).toHaveLength(1)
  })

  test('rejects a single call with the reason, also while it waits for its turn', async () => {
    await using exchange = await openScriptedExchange(() => 'hang')
    const controller = new AbortController()
    const { rest } = connect(exchange, { tokens: { perSecond: 1, capacity: 10 } })
    const asked = [rest.market('X', controller.signal), rest.market('Y', controller.signal)]
    const results = Promise.allSettled(asked)
    controller.abort(new Error('stop'))
    expect(await results).toMatchObject([{ reason: { message: 'stop' } }, { reason: { message: 'stop' } }])
  })
})

describe('the exchange status', () => {
  const status = {
    exchange_active: true,
    trading_active: false,
    exchange_estimated_resume_time: '2026-11-12T10:00:00Z',
  }
  test.each([200, 503])('is read from an answer with %i', async (code) => {
    await using exchange = await openScriptedExchange(() => ({ status: code, body: status }))
    expect(await connect(exchange).rest.exchangeStatus()).toEqual({
      exchange_active: true,
      trading_active: false,
      resume_at_ms: Date.UTC(2026, 10, 12, 10),
    })
    expect(exchange.requests).toHaveLength(1)
  })
})

test('all calls share one budget', async () => {
  await using exchange = await openScriptedExchange(() => ({ status: 200, body: { market } }))
  const { rest, time } = connect(exchange, { tokens: { perSecond: 200, capacity: 200 } })
  await Promise.all(Array.from({ length: 23 }, () => rest.market('X')))
  expect(time.waits).toEqual([50, 100, 150])
})
