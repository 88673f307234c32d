import { describe, expect, test } from '@jest/globals'
import { parseFrame } from './parse-frame.ts'

const parse = (frame: object) => parseFrame(JSON.stringify(frame), 1)

describe('answers to commands', () => {
  const none = { sid: undefined, seq: undefined }
  test.each([
    {
      note: 'subscribed carries its sid inside, and no seq',
      frame: { id: 1, type: 'subscribed', msg: { channel: 'trade', sid: 4 } },
      expected: { kind: 'subscribed', type: 'subscribed', sid: 4, seq: undefined, id: 1, channel: 'trade' },
    },
    {
      note: 'subscribed of old says nothing more',
      frame: { id: 1, type: 'subscribed' },
      expected: { kind: 'subscribed', type: 'subscribed', ...none, id: 1, channel: null },
    },
    {
      note: 'ok to a change consumes a seq and lists the markets',
      frame: { id: 7, sid: 1, seq: 42, type: 'ok', msg: { market_tickers: ['A', 'B.5'] } },
      expected: {
        kind: 'ok',
        type: 'ok',
        sid: 1,
        seq: 42,
        id: 7,
        market_tickers: ['A', 'B.5'],
        subscriptions: null,
      },
    },
    {
      note: 'ok of old lists them beside msg',
      frame: { id: 7, sid: 1, seq: 42, type: 'ok', market_tickers: ['A'] },
      expected: {
        kind: 'ok',
        type: 'ok',
        sid: 1,
        seq: 42,
        id: 7,
        market_tickers: ['A'],
        subscriptions: null,
      },
    },
    {
      note: 'ok without a list',
      frame: { id: 7, sid: 1, seq: 43, type: 'ok' },
      expected: {
        kind: 'ok',
        type: 'ok',
        sid: 1,
        seq: 43,
        id: 7,
        market_tickers: null,
        subscriptions: null,
      },
    },
    {
      note: 'ok to a list command',
      frame: { id: 3, type: 'ok', msg: [{ channel: 'trade', sid: 1 }, { channel: 'ticker', sid: 2 }, 'odd'] },
      expected: {
        kind: 'ok',
        type: 'ok',
        ...none,
        id: 3,
        market_tickers: null,
        subscriptions: [
          { channel: 'trade', sid: 1 },
          { channel: 'ticker', sid: 2 },
        ],
      },
    },
    {
      note: 'unsubscribed',
      frame: { id: 9, sid: 1, seq: 44, type: 'unsubscribed' },
      expected: { kind: 'unsubscribed', type: 'unsubscribed', sid: 1, seq: 44, id: 9 },
    },
    {
      note: 'an error that ends nothing',
      frame: { id: 5, type: 'error', msg: { code: 8, msg: 'Unknown channel name' } },
      expected: {
        kind: 'error',
        type: 'error',
        ...none,
        id: 5,
        code: 8,
        message: 'Unknown channel name',
        terminal: false,
      },
    },
    {
      note: 'an overflow ends its subscription',
      frame: { type: 'error', sid: 2, seq: 45, msg: { code: 25, msg: 'Subscription buffer overflow' } },
      expected: {
        kind: 'error',
        type: 'error',
        sid: 2,
        seq: 45,
        id: null,
        code: 25,
        message: 'Subscription buffer overflow',
        terminal: true,
      },
    },
    {
      note: 'a channel error too',
      frame: { type: 'error', sid: 2, msg: { code: 10, msg: 'Channel error' } },
      expected: {
        kind: 'error',
        type: 'error',
        sid: 2,
        seq: undefined,
        id: null,
        code: 10,
        message: 'Channel error',
        terminal: true,
      },
    },
    {
      note: 'an error without a code claims none',
      frame: { type: 'error', msg: 'broken' },
      expected: {
        kind: 'error',
        type: 'error',
        ...none,
        id: null,
        code: null,
        message: 'broken',
        terminal: false,
      },
    },
  ])('$note', ({ frame, expected }) => {
    expect(parse(frame)).toEqual(expected)
  })
})
