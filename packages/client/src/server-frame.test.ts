import { expect, test } from '@jest/globals'
import { serverFrames } from '@whalecast/events'
import { frameTypes, parseServerFrame } from './server-frame.ts'

test('every type that the schemas have is known', () => {
  expect([...frameTypes].toSorted()).toEqual(Object.keys(serverFrames).toSorted())
})

test.each([
  { note: 'a known type', text: '{"type":"ping","ts":1,"data":{"timestamp_ms":1}}', kind: 'frame' },
  { note: 'fields of a newer server', text: '{"type":"ping","ts":1,"v":2,"data":{"new":1}}', kind: 'frame' },
  { note: 'a type of a newer server', text: '{"type":"horoscope","ts":1,"data":{}}', kind: 'unknown' },
  {
    note: 'a type named like a method of objects',
    text: '{"type":"toString","ts":1,"data":{}}',
    kind: 'unknown',
  },
  { note: 'no type', text: '{"ts":1,"data":{}}', kind: 'invalid' },
  { note: 'no time', text: '{"type":"ping","data":{}}', kind: 'invalid' },
  { note: 'no data', text: '{"type":"ping","ts":1}', kind: 'invalid' },
  { note: 'no object', text: '[]', kind: 'invalid' },
  { note: 'null', text: 'null', kind: 'invalid' },
  { note: 'no JSON', text: 'hello', kind: 'invalid' },
])('$note: $kind', ({ text, kind }) => {
  expect(parseServerFrame(text).kind).toBe(kind)
})
