import { expect, test } from '@jest/globals'
import { nowMicros, stampedId, stampOf } from './clock.ts'

test('a stamp is read again from the message that carries it, wherever that lies', () => {
  const micros = nowMicros()
  const text = Buffer.from(`{"type":"trade","data":{"trade_id":"${stampedId(micros)}","side":"yes"}}`)
  const bytes = Buffer.concat([Buffer.from('before'), text, text])
  expect(stampOf(bytes, 6, 6 + text.length)).toBe(micros)
})

test.each([
  { note: 'no id', text: '{"type":"trade"}', end: undefined },
  { note: 'an id that is no stamp', text: '{"trade_id":"0b54-a5d2-7c1e-99"}', end: undefined },
  { note: 'an id behind the end', text: '{"x":1}{"trade_id":"0000000000000001"}', end: 7 },
])('$note is no stamp', ({ text, end }) => {
  expect(stampOf(Buffer.from(text), 0, end ?? text.length)).toBeUndefined()
})
