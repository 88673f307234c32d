import { describe, expect, test } from '@jest/globals'
import { Subscription } from './subscription.ts'

const open = (channel: 'trade' | 'ticker') =>
  new Subscription({ sid: 4, channel, useYesPrice: false, skipTickerAck: false })

describe('subscription', () => {
  test('numbers every frame on a sequenced channel, and none elsewhere', () => {
    const trade = open('trade')
    expect(trade.frame('trade', '{"a":1}')).toBe('{"type":"trade","sid":4,"seq":1,"msg":{"a":1}}')
    expect(trade.frame('unsubscribed', undefined, { id: 9 })).toBe(
      '{"id":9,"type":"unsubscribed","sid":4,"seq":2}',
    )
    expect(JSON.parse(trade.frame('trade', '{}', { step: 3 })).seq).toBe(5)
    expect(open('ticker').frame('ticker', '{}')).toBe('{"type":"ticker","sid":4,"msg":{}}')
  })

  test('covers what it was filtered to, and everything once it was subscribed without a filter', () => {
    const subscription = open('trade')
    expect(subscription.add(['A', 'B', 'A'])).toEqual(['A', 'B'])
    expect(subscription.add(['B', 'C'])).toEqual(['C'])
    subscription.remove(['A'])
    expect([subscription.tickers, subscription.covers('A'), subscription.covers('C')]).toEqual([
      ['B', 'C'],
      false,
      true,
    ])
    subscription.remove(['B', 'C'])
    expect(subscription.covers('B')).toBe(false)
    subscription.add(undefined)
    expect([subscription.covers('A'), subscription.covers(undefined), subscription.tickers]).toEqual([
      true,
      true,
      [],
    ])
    subscription.add(['A'])
    expect(subscription.covers('B')).toBe(true)
  })
})
