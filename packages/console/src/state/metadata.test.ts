import { describe, expect, test } from '@jest/globals'
import { nowMs } from '../testing/samples.ts'
import { factsOf, isFactList } from './metadata.ts'

const facts = (metadata: Record<string, unknown>, message = 'it happened') => {
  const { chips, more } = factsOf({ metadata, message })
  return {
    chips: chips.map(({ label, value }) => `${label}: ${value}`),
    more: more.map((fact) =>
      isFactList(fact)
        ? `${fact.label}: [${fact.facts.map(({ label, value }) => `${label} ${value}`).join(', ')}]`
        : `${fact.label}: ${fact.value}`,
    ),
  }
}

describe('what is known of an activity', () => {
  test('a checklist is summed up, with the list behind it', () => {
    const well = facts({ components: { redis: true, trade_feed: true } })
    expect(well).toEqual({
      chips: ['components: all 2 ok'],
      more: ['components: [redis yes, trade feed yes]'],
    })
    expect(facts({ components: { redis: true, trade_feed: false } }).chips).toEqual([
      'components not ok: trade feed',
    ])
  })

  test('numbers are read in their unit, and times are times', () => {
    const { chips } = facts({
      down_ms: 4_100,
      wait_ms: 12,
      age_seconds: 65,
      balance_cents: -255,
      price_cents: 51,
      size_dollars: 12_400,
    })
    expect(chips).toEqual(['down: 4s', 'wait: 12 ms', 'age: 1m 05s', 'balance: −$2.55', 'price: 51¢'])
    expect(facts({ until_ms: nowMs }).chips[0]).toMatch(/^until: \d\d:\d\d:\d\d$/)
  })

  test('bookkeeping and what does not fit is behind the disclosure, not lost', () => {
    const { chips, more } = facts({
      from_since_ms: 1_795_522_740_095,
      order_id: '9f00aa11-2233',
      all_healthy: true,
    })
    expect(chips).toEqual([])
    expect(more[0]).toMatch(/^from since: \d\d:/)
    expect(more.slice(1)).toEqual(['order: 9f00aa11', 'all healthy: yes'])
    const many = facts({ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 })
    expect([many.chips.length, many.more]).toEqual([5, ['f: 6']])
  })

  test('what the line says already is not said again', () => {
    expect(facts({ severity: 'warning', reason: 'closed', context: 'x', nothing: null, empty: '' })).toEqual({
      chips: [],
      more: [],
    })
    expect(facts({ component: 'trade_feed' }, 'trade_feed: closed')).toEqual({
      chips: [],
      more: ['component: trade_feed'],
    })
  })

  test('a list of lists is at least text', () => {
    expect(facts({ tried: [1, { a: [2] }] })).toEqual({
      chips: ['tried: 2'],
      more: ['tried: [1 1, 2 {"a":[2]}]'],
    })
  })
})
