import { describe, expect, test } from '@jest/globals'
import { listCommand, subscribeCommand, unsubscribeCommand, updateCommand } from './commands.ts'

describe('commands', () => {
  test.each([
    {
      note: 'every trade of the exchange',
      text: subscribeCommand(1, { channels: ['trade'] }),
      expected: { id: 1, cmd: 'subscribe', params: { channels: ['trade'] } },
    },
    {
      note: 'books say on which scale they are wanted',
      text: subscribeCommand(2, {
        channels: ['orderbook_delta', 'ticker'],
        marketTickers: ['A.5', 'B'],
        sendInitialSnapshot: true,
        skipTickerAck: true,
      }),
      expected: {
        id: 2,
        cmd: 'subscribe',
        params: {
          channels: ['orderbook_delta', 'ticker'],
          market_tickers: ['A.5', 'B'],
          send_initial_snapshot: true,
          skip_ticker_ack: true,
          use_yes_price: false,
        },
      },
    },
    {
      note: 'the end of subscriptions',
      text: unsubscribeCommand(3, [1, 2]),
      expected: { id: 3, cmd: 'unsubscribe', params: { sids: [1, 2] } },
    },
    {
      note: 'books asked for again',
      text: updateCommand(4, { sid: 2, action: 'get_snapshot', marketTickers: ['A'] }),
      expected: {
        id: 4,
        cmd: 'update_subscription',
        params: { sids: [2], action: 'get_snapshot', market_tickers: ['A'] },
      },
    },
    { note: 'what is subscribed', text: listCommand(5), expected: { id: 5, cmd: 'list_subscriptions' } },
  ])('$note', ({ text, expected }) => {
    expect(JSON.parse(text)).toEqual(expected)
  })

  test('an empty list is refused, since the exchange would read it as everything or as nothing', () => {
    expect(() => subscribeCommand(1, { channels: ['trade'], marketTickers: [] })).toThrow(RangeError)
    expect(() => unsubscribeCommand(1, [])).toThrow(RangeError)
    expect(() => updateCommand(1, { sid: 1, action: 'add_markets', marketTickers: [] })).toThrow(RangeError)
  })
})
