import { expect, test } from '@jest/globals'
import { Batch } from './batch.ts'
import type { OutFrame } from './frame.ts'

const frame = (text: string): OutFrame => ({
  type: 'whale',
  frameClass: 'log',
  key: 'whales',
  bytes: Buffer.from(text),
  headerBytes: 0,
  madeAtMs: 0,
})

test('frames are joined in order, once', () => {
  const batch = new Batch([frame('a'), frame('bc')])
  expect(batch.joined().toString()).toBe('abc')
  expect(batch.joined()).toBe(batch.joined())
  expect({ count: batch.count, bytes: batch.bytes }).toEqual({ count: 2, bytes: 3 })
})

test('a single frame is not copied', () => {
  const a = frame('a')
  expect(new Batch([a]).joined()).toBe(a.bytes)
})
