import { describe, expect, test } from '@jest/globals'
import { followRule, makeBook, makeWhale } from '../../testing/following.ts'
import { epochMs } from '../../testing/trades.ts'
import { toCandidate } from './candidate.ts'
import { judge, type Circumstances, type Verdict } from './judge.ts'
import { toQuote } from './quote.ts'

const quoteOf = (bid: number | null, ask: number | null) => toQuote(makeBook('KX-w', bid, ask), epochMs)
const well: Circumstances = {
  nowMs: epochMs + 2_000,
  notReady: undefined,
  heldE2: 0,
  openOrders: 0,
  quote: quoteOf(60, 62),
  bookMissingMs: 0,
  committedE6: 0,
  balanceE6: 1_000e6,
  tradesToday: 0,
  lossTodayE6: 0,
  halted: undefined,
  tokens: 1,
}
/** Everything that speaks against an order, in the order of the rules: each is taken away when it has spoken. */
const obstacles: readonly {
  readonly note: string
  readonly bad: Partial<Circumstances>
  readonly expected: string
}[] = [
  { note: 'age', bad: { nowMs: epochMs + 10_001 }, expected: 'skipped_age' },
  { note: 'not ready', bad: { notReady: 'not now' }, expected: 'wait ready' },
  { note: 'position', bad: { heldE2: -500 }, expected: 'skipped_position' },
  { note: 'open order', bad: { openOrders: 1 }, expected: 'skipped_orders' },
  { note: 'price', bad: { quote: quoteOf(61, 63.01) }, expected: 'skipped_price' },
  { note: 'spread', bad: { quote: quoteOf(58.99, 62) }, expected: 'skipped_spread' },
  { note: 'portfolio', bad: { committedE6: 500e6 }, expected: 'skipped_limit' },
  { note: 'loss', bad: { lossTodayE6: 100e6 }, expected: 'halted' },
  { note: 'failures', bad: { halted: '5 orders failed' }, expected: 'halted' },
  { note: 'token', bad: { tokens: 0 }, expected: 'wait token' },
]
const named = (verdict: Verdict): string =>
  verdict.type === 'skip' ? verdict.action : verdict.type === 'wait' ? `wait ${verdict.for}` : 'order'
const whale = toCandidate(makeWhale('w'))

describe('the first rule that matches decides', () => {
  test.each(obstacles.map((each, index) => ({ ...each, index })))(
    '$note: $expected',
    ({ index, expected }) => {
      const later = obstacles.slice(index).toReversed()
      const given = later.reduce<Circumstances>((all, { bad }) => ({ ...all, ...bad }), well)
      expect(named(judge(followRule, whale, given))).toBe(expected)
    },
  )

  test('an unknown side is never followed, whatever else speaks against it or for it', () => {
    const unknown = toCandidate(makeWhale('w', { side: 'unknown' }))
    expect(named(judge(followRule, unknown, well))).toBe('skipped_side')
    expect(named(judge(followRule, unknown, { ...well, heldE2: 500, openOrders: 1 }))).toBe('skipped_side')
    expect(named(judge({ ...followRule, strategy: 'paper_test' }, unknown, well))).toBe('skipped_side')
  })

  test('nothing against it: the side and the price of the whale', () => {
    expect(judge(followRule, whale, well)).toMatchObject({ type: 'order', side: 'yes', priceE4: 6_200 })
    const no = toCandidate(makeWhale('w', { side: 'no', price_cents: 39.5 }))
    expect(judge(followRule, no, well)).toMatchObject({ type: 'order', side: 'no', priceE4: 3_950 })
  })
})

describe('guards', () => {
  test.each([
    { note: 'exactly as old as allowed', given: { nowMs: epochMs + 10_000 }, expected: 'order' },
    { note: 'the ask a cent above', given: { quote: quoteOf(60, 63) }, expected: 'order' },
    { note: 'the ask a cent below', given: { quote: quoteOf(60, 61) }, expected: 'order' },
    {
      note: 'the ask more than a cent below',
      given: { quote: quoteOf(60, 60.9) },
      expected: 'skipped_price',
    },
    { note: 'a spread of three cents', given: { quote: quoteOf(59, 62) }, expected: 'order' },
    { note: 'nobody asks', given: { quote: quoteOf(60, null) }, expected: 'skipped_spread' },
    { note: 'nobody bids', given: { quote: quoteOf(null, 62) }, expected: 'skipped_spread' },
    { note: 'no book yet', given: { quote: undefined }, expected: 'wait book' },
    {
      note: 'no book for too long',
      given: { quote: undefined, bookMissingMs: 3_000 },
      expected: 'skipped_spread',
    },
    { note: 'the portfolio just fits', given: { committedE6: 496.9e6 }, expected: 'order' },
    {
      note: 'the portfolio is a cent too small',
      given: { committedE6: 496.91e6 },
      expected: 'skipped_limit',
    },
    { note: 'too little money', given: { balanceE6: 3e6 }, expected: 'skipped_limit' },
    { note: 'the last of the day', given: { tradesToday: 19 }, expected: 'order' },
    { note: 'enough for a day', given: { tradesToday: 20 }, expected: 'skipped_limit' },
    { note: 'a loss below the limit', given: { lossTodayE6: 99.99e6 }, expected: 'order' },
  ])('$note: $expected', ({ given, expected }) => {
    expect(named(judge(followRule, whale, { ...well, ...given }))).toBe(expected)
  })

  test('a follow larger than a market may hold is over the limit', () => {
    expect(named(judge({ ...followRule, countE2: 10_001 }, whale, well))).toBe('skipped_limit')
  })

  test('a stale book is no book', () => {
    const book = makeBook('KX-w')
    expect(toQuote({ ...book, state: 'stale' }, epochMs)).toBeUndefined()
    expect(toQuote(book, epochMs + 15_000)).toBeDefined()
    expect(toQuote(book, epochMs + 15_001)).toBeUndefined()
  })

  test('the reason has the figures that decided', () => {
    const reasons = [{ nowMs: epochMs + 12_340 }, { quote: quoteOf(60, 64) }, { tradesToday: 20 }].map(
      (given) => judge(followRule, whale, { ...well, ...given }).reason,
    )
    expect(reasons).toEqual([
      '12.3 s old, at most 10 s',
      'the whale paid 62 ¢, YES now costs 64 ¢: moved more than 1 ¢',
      '20 followed today, at most 20',
    ])
  })
})

describe('paper_test buys by the mid of YES', () => {
  const rule = { ...followRule, strategy: 'paper_test' } as const
  test.each([
    { bid: 18, ask: 21, expected: 'skipped_price' },
    { bid: 19, ask: 21, expected: { side: 'yes', priceE4: 2_000 } },
    { bid: 48, ask: 51, expected: { side: 'yes', priceE4: 4_900 } },
    { bid: 49, ask: 51, expected: { side: 'no', priceE4: 5_000 } },
    { bid: 50, ask: 51, expected: { side: 'no', priceE4: 4_900 } },
    { bid: 79, ask: 81, expected: { side: 'no', priceE4: 2_000 } },
    { bid: 80, ask: 81, expected: 'skipped_price' },
    { bid: 40, ask: 44, expected: 'skipped_spread' },
  ])('$bid/$ask: $expected', ({ bid, ask, expected }) => {
    const verdict = judge(rule, whale, { ...well, quote: quoteOf(bid, ask) })
    if (typeof expected === 'string') expect(named(verdict)).toBe(expected)
    else expect(verdict).toMatchObject(expected)
  })
})
