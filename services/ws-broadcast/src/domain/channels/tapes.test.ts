import { expect, test } from '@jest/globals'
import { serverFrames, type Trade } from '@whalecast/events'
import { FrameEncoder, type OutFrame } from '@whalecast/fanout'
import { readFeed, type Feed } from './feeds.ts'
import { Tapes } from './tapes.ts'

function openTapes() {
  const encoded: string[] = []
  const encoder = new FrameEncoder({
    frameText: (payload) => ({ bytes: payload, headerBytes: 0 }),
    now: () => 1_790_000_000_000,
    onEncode: (type) => encoded.push(type),
  })
  return { tapes: new Tapes(encoder), encoded }
}

function feed(name: string): Feed {
  const read = readFeed(name)
  if (!read) throw new Error(`no feed ${name}`)
  return read
}

const trade = (id: number, ticker = 'KXA', contracts = 1): Trade => ({
  trade_id: `${id}`,
  market_ticker: ticker,
  taker_side: 'yes',
  yes_price_e4: 5_000,
  count_e2: contracts * 100,
  is_block_trade: false,
  executed_at_ms: 1,
  received_at_ms: 2,
})
const read = ({ bytes }: OutFrame) => JSON.parse(bytes.toString())
const idsOf = (frames: readonly OutFrame[]) => frames.map((frame) => read(frame).data.trade_id)
const large = 'tape+{"min_size_dollars":100}'

test('a print is framed only for the tapes that somebody follows', () => {
  const { tapes, encoded } = openTapes()
  expect(tapes.take(trade(1))).toEqual([])
  tapes.open(feed('tape:KXA'))
  const made = tapes.take(trade(2))
  expect(made.map(({ channel }) => channel)).toEqual(['tape:KXA'])
  expect(serverFrames.trade.parse(read(made[0]!.frame).data)).toMatchObject({
    trade_id: '2',
    price_cents: 50,
  })
  expect(tapes.take(trade(3, 'KXB'))).toEqual([])
  expect(encoded).toEqual(['trade'])
})

test('the last 50 are shown first; a tape nobody follows is forgotten', () => {
  const { tapes } = openTapes()
  tapes.open(feed('tape'))
  for (let id = 0; id < 60; id++) tapes.take(trade(id))
  expect(tapes.snapshot(feed('tape'))).toHaveLength(50)
  tapes.close(feed('tape'))
  expect(tapes.snapshot(feed('tape'))).toEqual([])
  expect(tapes.take(trade(61))).toEqual([])
})

test('filters and rates of one channel share its frame', () => {
  const { tapes, encoded } = openTapes()
  for (const name of ['tape', 'tape+5hz', large, 'tape:KXA*', 'tape:KXA*+5hz']) tapes.open(feed(name))
  const small = tapes.take(trade(1, 'KXAB', 99))
  expect(small.map(({ channel }) => channel)).toEqual(['tape', 'tape+5hz', 'tape:KXA*', 'tape:KXA*+5hz'])
  const [plain, slow, filtered, wild] = tapes.take(trade(2, 'KXAB', 100))
  expect(filtered?.channel).toBe(large)
  expect(slow?.frame).toBe(plain?.frame)
  expect(filtered?.frame).toBe(plain?.frame)
  expect(read(wild!.frame).channel).toBe('tape:KXA*')
  expect(encoded).toHaveLength(4)
  tapes.close(feed('tape'))
  tapes.close(feed('tape:KXA*'))
  expect(tapes.take(trade(3, 'KXAB')).map(({ channel }) => channel)).toEqual(['tape+5hz', 'tape:KXA*+5hz'])
  tapes.close(feed('tape:KXA*+5hz'))
  tapes.close(feed('tape+5hz'))
  expect(tapes.take(trade(4, 'KXAB'))).toEqual([])
})

test('who begins to filter is shown the newest that pass, of those that are remembered', () => {
  const { tapes } = openTapes()
  const recent = Array.from({ length: 300 }, (_, id) =>
    trade(id, id % 2 ? 'KXNFL-1' : 'KXB-1', id % 5 ? 1 : 500),
  )
  const expected = (passes: (trade: Trade) => boolean) =>
    recent
      .filter(passes)
      .slice(-50)
      .map(({ trade_id }) => trade_id)
  tapes.open(feed(large), recent)
  tapes.open(feed('tape:KXNFL*'), recent)
  tapes.open(feed('tape:KXB-1'), recent)
  expect(idsOf(tapes.snapshot(feed(large)))).toEqual(expected(({ count_e2 }) => count_e2 === 50_000))
  expect(idsOf(tapes.snapshot(feed('tape:KXNFL*')))).toEqual(
    expected(({ market_ticker }) => market_ticker === 'KXNFL-1'),
  )
  expect(idsOf(tapes.snapshot(feed('tape:KXB-1')))).toEqual(
    expected(({ market_ticker }) => market_ticker === 'KXB-1'),
  )
})
