import { describe, expect, test } from '@jest/globals'
import { planSubscription, type Standing } from './subscribe-plan.ts'

const nobody = { selective: 0, hasSelective: () => false }
const standing = (over: Partial<Standing> = {}): Standing => ({
  feeds: [],
  mayHear: (channel) => channel !== 'decisions',
  account: true,
  ...over,
})
const feedsOf = (plan: ReturnType<typeof planSubscription>) =>
  plan.ok ? plan.wanted.map(({ feed }) => feed) : plan.complaint.code

test('what is heard in this form already is not begun again, except from a place', () => {
  const frame = { type: 'subscribe', channels: ['whales', 'tape', 'tape'] } as const
  const held = standing({ feeds: ['whales', 'tape+5hz'] })
  expect(feedsOf(planSubscription({ ...frame, channels: [...frame.channels] }, held, nobody))).toEqual([
    'tape',
  ])
  const resume = { whales: { epoch: 1, offset: 1 } }
  const plan = planSubscription({ ...frame, channels: [...frame.channels], resume }, held, nobody)
  expect(feedsOf(plan)).toEqual(['whales', 'tape'])
})

test('a filter holds for each channel of the frame that it means something for, or for none', () => {
  const filter = { ticker_prefix: ['KXA'] }
  const both = planSubscription(
    { type: 'subscribe', channels: ['whales', 'tape'], filter },
    standing(),
    nobody,
  )
  expect(feedsOf(both)).toEqual(['whales+{"ticker_prefix":["KXA"]}', 'tape+{"ticker_prefix":["KXA"]}'])
  const one = planSubscription(
    { type: 'subscribe', channels: ['whales', 'health'], filter },
    standing(),
    nobody,
  )
  expect(feedsOf(one)).toBe('bad_filter')
})

test('unknown and closed channels are complained of, the rest is obeyed', () => {
  const channels = ['nonsense', 'whales', 'decisions']
  expect(planSubscription({ type: 'subscribe', channels }, standing(), nobody)).toMatchObject({
    ok: true,
    wanted: [{ channel: 'whales' }],
    complaints: [{ code: 'unknown_channel' }, { code: 'unauthorized' }],
  })
})

describe('bounds', () => {
  const filter = { min_size_dollars: 5 }
  const many = (count: number, name: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => name(index))
  const filtered = (index: number) => `tape:KX${index}+{"min_size_dollars":5}`

  test('what is replaced does not count', () => {
    const held = standing({ feeds: [...many(7, filtered), 'tape+{"min_size_dollars":9}'] })
    expect(
      feedsOf(planSubscription({ type: 'subscribe', channels: ['tape'], filter }, held, nobody)),
    ).toEqual(['tape+{"min_size_dollars":5}'])
    const more = planSubscription({ type: 'subscribe', channels: ['whales'], filter }, held, nobody)
    expect(feedsOf(more)).toBe('too_many_filters')
  })

  test('filters and wildcards of all clients: those that somebody has already cost nothing', () => {
    const full = { selective: 1_024, hasSelective: (name: string) => name === 'tape:KXA*' }
    const ask = (channel: string) =>
      feedsOf(planSubscription({ type: 'subscribe', channels: [channel] }, standing(), full))
    expect(ask('tape:KXA*')).toEqual(['tape:KXA*'])
    expect(ask('tape')).toEqual(['tape'])
    expect(ask('tape:KXB*')).toBe('too_many_filters')
  })
})
