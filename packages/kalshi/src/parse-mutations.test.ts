import { describe, expect, test } from '@jest/globals'
import { accountOrderSchema, fillSchema, positionSchema, tradeSchema } from '@whalecast/events'
import { parseFrame } from './parse-frame.ts'

const market_ticker = 'KXNFLGAME-26NOV08KCBUF-KC'
const seeds = [
  {
    type: 'trade',
    sid: 1,
    seq: 7,
    msg: {
      trade_id: '0b7e6c1e-8f0a-4c52-9f0e-2f1f5b7f9a11',
      market_ticker,
      yes_price_dollars: '0.6100',
      no_price_dollars: '0.3900',
      count_fp: '250.00',
      taker_outcome_side: 'yes',
      taker_book_side: 'bid',
      is_block_trade: false,
      ts: 1_794_150_000,
      ts_ms: 1_794_150_000_123,
    },
  },
  {
    type: 'trade',
    sid: 1,
    msg: { trade_id: 'a', market_ticker, price: 61, count: 250, side: 'yes', ts: 1_794_150_000 },
  },
  {
    type: 'orderbook_snapshot',
    sid: 2,
    seq: 1,
    msg: { market_ticker, yes_dollars_fp: [['0.45', '1.00']], no: [[53, 2]] },
  },
  {
    type: 'orderbook_delta',
    sid: 2,
    seq: 2,
    msg: { market_ticker, price_dollars: '0.96', delta_fp: '-54.00', side: 'yes', ts_ms: 1_794_150_000_123 },
  },
  {
    type: 'ticker',
    sid: 3,
    msg: {
      market_ticker,
      price_dollars: '0.62',
      yes_bid_dollars: '0.61',
      volume_fp: '10.00',
      ts: 1_794_150_000,
    },
  },
  {
    type: 'market_lifecycle_v2',
    sid: 4,
    seq: 3,
    msg: {
      market_ticker,
      event_type: 'created',
      close_ts: 1_794_150_000,
      additional_metadata: { title: 'T' },
    },
  },
  { type: 'event_lifecycle', sid: 4, seq: 4, msg: { event_ticker: 'KXNFLGAME-26NOV08KCBUF', title: 'T' } },
  {
    type: 'fill',
    sid: 5,
    msg: {
      trade_id: 'f-1',
      order_id: 'o-1',
      market_ticker,
      is_taker: true,
      yes_price_dollars: '0.6100',
      count_fp: '2.50',
      fee_cost: '0.041700',
      outcome_side: 'no',
      post_position_fp: '-2.50',
      ts_ms: 1_794_150_000_123,
    },
  },
  {
    type: 'market_position',
    sid: 6,
    msg: {
      market_ticker,
      position_fp: '-2.50',
      position_cost_dollars: '0.975000',
      realized_pnl_dollars: '-1.000000',
      fees_paid_dollars: '0.041700',
      volume_fp: '2.50',
    },
  },
  {
    type: 'user_order',
    sid: 7,
    msg: {
      order_id: 'o-1',
      ticker: market_ticker,
      status: 'resting',
      book_side: 'bid',
      yes_price_dollars: '0.6100',
      initial_count_fp: '5.00',
      fill_count_fp: '2.50',
      remaining_count_fp: '2.50',
      created_ts_ms: 1_794_150_000_123,
    },
  },
  { type: 'subscribed', id: 1, msg: { channel: 'trade', sid: 1 } },
  { type: 'unsubscribed', id: 9, sid: 1, seq: 43 },
  { type: 'ok', id: 7, sid: 1, seq: 42, msg: { market_tickers: ['A'] } },
  { type: 'ok', id: 3, msg: [{ channel: 'trade', sid: 1 }] },
  { type: 'error', id: 5, sid: 1, msg: { code: 25, msg: 'Subscription buffer overflow' } },
]
const oddTexts = ['', ' ', 'NaN', '-0.01', '1e5', '0.123456789', '9'.repeat(30), '\u0000', '💥']
const oddNumbers = [0, -1, 1.5, 1e308, -0]
const oddShapes: readonly unknown[] = [null, true, [], {}, [[]], { toString: 1 }, [1, [2, [3]]]]
const oddities: readonly unknown[] = [...oddTexts, ...oddNumbers, ...oddShapes]

/** A small generator of pseudo-random numbers in [0, 1), the same on every run (mulberry32). */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const random = generator(20_261_009)
const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)]

/** Puts something odd somewhere into a copy of a value. */
function mutateValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random() < 0.15) return pick(oddities)
  if (Array.isArray(value)) return value.map((item: unknown) => (random() < 0.6 ? mutateValue(item) : item))
  const entries = Object.entries(value)
  const [chosen] = pick(entries) ?? []
  return Object.fromEntries(
    entries.flatMap(([key, item]) => {
      if (key !== chosen) return [[key, item]]
      const what = random()
      if (what < 0.15) return []
      return [[what < 0.25 ? `${key}_2` : key, mutateValue(item)]]
    }),
  )
}

/** Cuts, doubles or overwrites a piece of the text. */
function mutateText(text: string): string {
  const from = Math.floor(random() * text.length)
  const to = from + Math.floor(random() * 12)
  const what = random()
  if (what < 0.3) return text.slice(0, from) + text.slice(to)
  if (what < 0.6) return text.slice(0, to) + text.slice(from)
  return text.slice(0, from) + String.fromCharCode(Math.floor(random() * 0x250)) + text.slice(from + 1)
}

describe('20,000 mutated frames', () => {
  const frames = Array.from({ length: 20_000 }, (_, i) => {
    const seed = seeds[i % seeds.length]
    const text = random() < 0.2 ? JSON.stringify(seed) : JSON.stringify(mutateValue(seed))
    return random() < 0.4 ? mutateText(text) : text
  }).map((text) => ({ text, frame: parseFrame(text, 1_794_150_000_200) }))

  test('none throws, and every print that comes out is a valid record', () => {
    const trades = frames.flatMap(({ frame }) => (frame.kind === 'trade' ? [frame.trade] : []))
    expect(trades.length).toBeGreaterThan(500)
    for (const trade of trades) expect(tradeSchema.safeParse(trade).error).toBeUndefined()
  })

  test('books and tickers that come out hold whole numbers inside their bounds', () => {
    const numbers = frames.flatMap(({ frame }) => {
      if (frame.kind === 'book_delta') return [frame.delta.price_e4, frame.delta.delta_e2]
      if (frame.kind === 'book_snapshot')
        return [...(frame.snapshot.yes ?? []), ...(frame.snapshot.no ?? [])].flat()
      if (frame.kind !== 'ticker') return []
      return Object.values(frame.ticker).filter((value) => typeof value === 'number')
    })
    expect(numbers.length).toBeGreaterThan(1_000)
    expect(numbers.filter((value) => !Number.isSafeInteger(value))).toEqual([])
  })

  test('fills and orders that come out are valid records, and so is what is held', () => {
    const fills = frames.flatMap(({ frame }) => (frame.kind === 'fill' ? [frame.fill] : []))
    const orders = frames.flatMap(({ frame }) => (frame.kind === 'order' ? [frame.order] : []))
    const positions = frames.flatMap(({ frame }) => (frame.kind === 'position' ? [frame.position] : []))
    expect(Math.min(fills.length, orders.length, positions.length)).toBeGreaterThan(100)
    for (const fill of fills) expect(fillSchema.safeParse(fill).error).toBeUndefined()
    for (const order of orders) expect(accountOrderSchema.safeParse(order).error).toBeUndefined()
    for (const held of positions) {
      const position = { ...held, total_traded_e6: 0, updated_at_ms: 1, source: 'live' }
      expect(positionSchema.safeParse(position).error).toBeUndefined()
    }
  })

  test('the mutations reach every kind of frame and many reasons', () => {
    const kinds = new Set(frames.map(({ frame }) => frame.kind))
    const reasons = new Set(frames.map(({ frame }) => (frame.kind === 'invalid' ? frame.reason : '')))
    expect(kinds.size).toBe(15)
    expect(reasons.size).toBeGreaterThan(18)
  })

  test('a seq that is readable is never lost, whatever else is wrong', () => {
    const lost = frames.filter(({ text, frame }) => {
      if (frame.kind === 'invalid' && (frame.reason === 'not_json' || frame.reason === 'not_an_object'))
        return false
      const seq: unknown = JSON.parse(text).seq
      return frame.seq !== (Number.isSafeInteger(seq) ? seq : undefined)
    })
    expect(lost).toEqual([])
  })
})
