import { describe, expect, test } from '@jest/globals'
import { openSim } from './exchange-client.ts'

async function get(url: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url)
  return { status: response.status, body: JSON.parse(await response.text()) }
}

const listOf = (body: Record<string, unknown>, name: string): Record<string, unknown>[] => {
  const list = body[name]
  return Array.isArray(list) ? list : []
}

describe('the REST interface', () => {
  test('filters markets by event, series, ticker, status and time', async () => {
    await using sim = await openSim({ markets: 30 })
    const markets = async (query: string) =>
      listOf((await get(`${sim.apiUrl}/markets?${query}`)).body, 'markets')
    const all = await markets('')
    expect(all).toHaveLength(30)
    const [first] = all
    const { event } = (await get(`${sim.apiUrl}/events/${String(first?.['event_ticker'])}`)).body
    const siblings = all.filter((market) => market['event_ticker'] === first?.['event_ticker'])
    expect(await markets(`event_ticker=${String(first?.['event_ticker'])}`)).toEqual(siblings)
    const ofSeries = await markets(`series_ticker=${Object(event).series_ticker}`)
    expect(ofSeries).toEqual(expect.arrayContaining(siblings))
    expect(ofSeries.length).toBeLessThan(30)
    expect(
      await markets(`tickers=${String(all[3]?.['ticker'])},${String(all[5]?.['ticker'])},KXNONE`),
    ).toEqual([all[3], all[5]])
    expect(await markets('status=open')).toHaveLength(30)
    expect(await markets('status=settled')).toEqual([])
    expect(await markets('mve_filter=only')).toEqual([])
    const closes = all.map((market) => Date.parse(String(market['close_time'])) / 1_000)
    const middle = closes.toSorted((a, b) => a - b)[15] ?? 0
    expect(await markets(`min_close_ts=${middle}`)).toHaveLength(closes.filter((at) => at >= middle).length)
    expect(await markets(`max_close_ts=${middle}`)).toHaveLength(closes.filter((at) => at <= middle).length)
  })

  test('refuses what the exchange refuses, in its words', async () => {
    await using sim = await openSim()
    const rows: [path: string, status: number, body: object][] = [
      ['/markets?limit=1001', 400, { msg: 'limit must be between 0 and 1000' }],
      ['/events?limit=201', 400, { msg: 'limit must be between 0 and 200' }],
      ['/markets/trades?limit=many', 400, { msg: 'limit must be an integer' }],
      [
        '/markets?status=finalized',
        400,
        { error: { code: 'bad_request', message: 'bad request', details: 'invalid status filter' } },
      ],
      [
        '/markets?status=open&min_close_ts=1',
        400,
        {
          error: {
            code: 'bad_request',
            message: 'bad request',
            details: 'close timestamps do not go with status open',
          },
        },
      ],
      ['/markets?limit=1&limit=2', 400, { msg: 'limit must be given once' }],
      ['/markets/KXNONE', 404, { error: { code: 'not_found', message: 'not found' } }],
      ['/markets/KXNONE/orderbook', 404, { error: { code: 'not_found', message: 'not found' } }],
      ['/events/KXNONE', 404, { error: { code: 'not_found', message: 'not found' } }],
      ['/series/KXNONE', 404, { error: { code: 'not_found', message: 'not found' } }],
      ['/nonsense', 404, { error: { code: 'not_found', message: 'not found' } }],
      ['/markets/orderbooks', 400, { msg: 'tickers must name 1 to 100 markets' }],
    ]
    for (const [path, status, body] of rows) {
      expect({ path, ...(await get(sim.apiUrl + path)) }).toEqual({ path, status, body })
    }
    expect((await get(`${sim.apiUrl}/markets/%E0%A4%A`)).status).toBe(400)
    expect((await get(`${sim.apiUrl}/markets?cursor=garbage&limit=1`)).status).toBe(200)
  })

  test('shows at most so many levels of a book, the best ones', async () => {
    await using sim = await openSim()
    const { body } = await get(`${sim.apiUrl}/markets?limit=1`)
    const ticker = String(listOf(body, 'markets')[0]?.['ticker'])
    const book = async (query: string) =>
      Object((await get(`${sim.apiUrl}/markets/${ticker}/orderbook${query}`)).body['orderbook_fp'])
    const whole = await book('')
    expect(whole.yes_dollars.length).toBeGreaterThan(2)
    expect(await book('?depth=2')).toEqual({
      yes_dollars: whole.yes_dollars.slice(-2),
      no_dollars: whole.no_dollars.slice(-2),
    })
    expect(await book('?depth=0')).toEqual(whole)
  })

  test('finds trades by ticker, time and kind', async () => {
    let nowMs = Date.UTC(2026, 10, 9, 12)
    await using sim = await openSim({ clock: () => nowMs })
    const { body } = await get(`${sim.apiUrl}/markets?limit=2`)
    const [a, b] = listOf(body, 'markets').map((market) => String(market['ticker']))
    const print = (market: string | undefined, atMs: number) => {
      nowMs = atMs
      return sim.printTrade({ market: String(market), side: 'no', price: '0.45', count: '0.01' })
    }
    const start = nowMs
    const [one, two, three] = [print(a, start + 1_000), print(b, start + 2_500), print(a, start + 4_000)]
    const trades = async (query: string) =>
      (await get(`${sim.apiUrl}/markets/trades?${query}`)).body['trades']
    const second = (ms: number) => (start + ms) / 1_000
    expect(await trades('')).toEqual([three, two, one])
    expect(await trades(`ticker=${a}`)).toEqual([three, one])
    expect(await trades(`min_ts=${second(2_000)}`)).toEqual([three, two])
    expect(await trades(`max_ts=${second(3_000)}`)).toEqual([two, one])
    expect(await trades(`min_ts=${second(2_000)}&max_ts=${second(3_000)}`)).toEqual([two])
    expect(await trades('is_block_trade=true')).toEqual([])
    expect(await trades('is_block_trade=false')).toHaveLength(3)
  })
})
