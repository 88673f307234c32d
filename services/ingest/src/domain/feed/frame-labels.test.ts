import { expect, test } from '@jest/globals'
import { parseFrame } from '@whalecast/kalshi'
import { channelOfType, frameLabel, outcomeOf } from './frame-labels.ts'

test.each([
  { note: 'no JSON', text: 'nonsense', label: 'other', outcome: 'invalid_not_json' },
  {
    note: 'a trade without content',
    text: '{"type":"trade"}',
    label: 'trade',
    outcome: 'invalid_msg_missing',
  },
  { note: 'a type that is new', text: '{"type":"surprise","msg":{}}', label: 'other', outcome: 'unknown' },
  {
    note: 'a type with the name of a method',
    text: '{"type":"toString"}',
    label: 'other',
    outcome: 'unknown',
  },
  { note: 'an answer', text: '{"type":"ok","id":1,"msg":{}}', label: 'ok', outcome: 'accepted' },
  {
    note: 'a fee change, which nobody here needs',
    text: '{"type":"event_fee_update","sid":2,"seq":3,"msg":{}}',
    label: 'event_fee_update',
    outcome: 'unknown',
  },
])('$note', ({ text, label, outcome }) => {
  const frame = parseFrame(text, 0)
  expect(frameLabel(frame.type)).toBe(label)
  expect(outcomeOf(frame, true)).toBe(outcome)
})

test('a frame that was here before is a duplicate, whatever it is', () => {
  expect(outcomeOf(parseFrame('{"type":"ok","sid":1,"seq":2,"msg":{}}', 0), false)).toBe('duplicate')
})

test.each([
  ['orderbook_snapshot', 'orderbook_delta'],
  ['event_lifecycle', 'market_lifecycle_v2'],
  ['ok', undefined],
  ['constructor', undefined],
  [undefined, undefined],
])('%s is sent on %s', (type, channel) => {
  expect(channelOfType(type)).toBe(channel)
})
