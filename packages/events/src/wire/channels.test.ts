import { describe, expect, test } from '@jest/globals'
import { defaultChannels, parseChannel } from './channels.ts'

describe('parseChannel', () => {
  test.each([
    { text: 'whales', expected: { name: 'whales' } },
    { text: 'tape', expected: { name: 'tape' } },
    {
      text: 'tape:KXBTCD-26NOV24-T114999.99',
      expected: { name: 'tape', ticker: 'KXBTCD-26NOV24-T114999.99' },
    },
    { text: 'whales:KXBTCD', expected: undefined },
    { text: 'book:KXBTCD-1', expected: { name: 'book', ticker: 'KXBTCD-1' } },
    { text: 'ticker:KXBTCD-1', expected: { name: 'ticker', ticker: 'KXBTCD-1' } },
    { text: 'book', expected: undefined },
    { text: 'trading_state', expected: { name: 'trading_state' } },
    { text: 'trading_state:KXBTCD-1', expected: undefined },
    { text: 'account', expected: undefined },
    { text: 'tape:', expected: undefined },
    { text: 'tape:a b', expected: undefined },
    { text: 'tape:KXNFL*', expected: { name: 'tape', prefix: 'KXNFL' } },
    { text: 'tape:KX*', expected: undefined },
    { text: 'tape:*', expected: undefined },
    { text: 'tape:KX*NFL*', expected: undefined },
    { text: 'book:KXNFL*', expected: undefined },
    { text: 'ticker:KXNFL*', expected: undefined },
    { text: 'whales:KXNFL*', expected: undefined },
    { text: 'nonsense', expected: undefined },
    { text: 'toString', expected: undefined },
  ])('$text', ({ text, expected }) => {
    expect(parseChannel(text)).toEqual(expected)
  })
})

test('the firehose and what is private are off until asked for', () => {
  expect(defaultChannels).toEqual(['system', 'status', 'health', 'whales', 'decisions', 'whale_queue'])
})
