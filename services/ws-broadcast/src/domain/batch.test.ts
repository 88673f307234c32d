import { expect, test } from '@jest/globals'
import { Batch } from './batch.ts'
import type { OutFrame } from './out-frame.ts'

const frame = (text: string): OutFrame => ({
  type: 'whale',
  frameClass: 'log',
  key: 'whales',
  bytes: Buffer.from(text),
  headerBytes: 0,
  madeAtMs: 0,
})
const [a, b, c] = [frame('a'), frame('b'), frame('c')]

test('clients with equal queues share one buffer', () => {
  const empty = new Batch()
  const one = empty.with(a).with(b)
  const other = empty.with(a).with(b)
  expect(one.joined()).toBe(other.joined())
  expect(one.joined().toString()).toBe('ab')
})

test('queues that differ do not mix', () => {
  const empty = new Batch()
  const all = empty.with(a).with(b).with(c)
  const some = empty.with(a).with(c)
  const late = empty.with(b)
  expect(all.joined().toString()).toBe('abc')
  expect(some.joined().toString()).toBe('ac')
  expect(late.joined().toString()).toBe('b')
  expect(some).toBe(empty.with(a).with(c))
  expect({ count: all.count, bytes: all.bytes }).toEqual({ count: 3, bytes: 3 })
})

test('a single frame is not copied', () => {
  expect(new Batch().with(a).joined()).toBe(a.bytes)
})
