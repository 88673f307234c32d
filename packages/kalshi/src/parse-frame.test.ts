import { describe, expect, test } from '@jest/globals'
import { parseFrame } from './parse-frame.ts'

describe('anything else', () => {
  test.each(['order_group_updates', 'event_fee_update', 'from_the_future', '__proto__', 'toString'])(
    'type %s is unknown, and keeps its seq',
    (type) => {
      expect(parseFrame(`{"type":"${type}","sid":9,"seq":77,"msg":{}}`, 1)).toEqual({
        kind: 'unknown',
        type,
        sid: 9,
        seq: 77,
      })
    },
  )

  test.each([
    { text: '', reason: 'not_json' },
    { text: '{"type":"trade"', reason: 'not_json' },
    { text: 'null', reason: 'not_an_object' },
    { text: '[]', reason: 'not_an_object' },
    { text: '"trade"', reason: 'not_an_object' },
    { text: '{}', reason: 'type_missing' },
    { text: '{"type":1,"sid":2,"seq":3}', reason: 'type_missing', sid: 2, seq: 3 },
    { text: '{"type":"trade","sid":2,"seq":3}', reason: 'msg_missing', type: 'trade', sid: 2, seq: 3 },
    { text: '{"type":"ticker","sid":"2","seq":1.5,"msg":[]}', reason: 'msg_missing', type: 'ticker' },
    { text: '{"type":"orderbook_delta","msg":null}', reason: 'msg_missing', type: 'orderbook_delta' },
  ])('$text is invalid: $reason', ({ text, reason, type, sid, seq }) => {
    expect(parseFrame(text, 1)).toEqual({ kind: 'invalid', type, sid, seq, reason })
  })
})
