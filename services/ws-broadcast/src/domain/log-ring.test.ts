import { expect, test } from '@jest/globals'
import { LogRing } from './log-ring.ts'
import type { OutFrame } from './out-frame.ts'

const frame = (text: string): OutFrame => ({
  type: 'whale',
  frameClass: 'log',
  key: 'whales',
  bytes: Buffer.from(text),
  headerBytes: 0,
  madeAtMs: 0,
})
const texts = (frames: readonly OutFrame[]) => frames.map(({ bytes }) => bytes.toString())

function ringOf(...offsets: readonly number[]): LogRing<string> {
  const ring = new LogRing<string>(3)
  for (const offset of offsets) ring.push({ epoch: 1, offset }, frame(`f${offset}`), `d${offset}`)
  return ring
}

test('keeps the newest, oldest first as frames and newest first as payloads', () => {
  const ring = ringOf(1, 2, 3, 4)
  expect(texts(ring.frames(50))).toEqual(['f2', 'f3', 'f4'])
  expect(texts(ring.frames(1))).toEqual(['f4'])
  expect(ring.newest()).toEqual(['d4', 'd3', 'd2'])
  expect(ring.head).toEqual({ epoch: 1, offset: 4 })
})

test('knows what it has taken', () => {
  const ring = ringOf(5)
  expect(ring.has({ epoch: 1, offset: 5 })).toBe(true)
  expect(ring.has({ epoch: 1, offset: 6 })).toBe(false)
  expect(ring.has({ epoch: 2, offset: 1 })).toBe(false)
})

test('a gap stands where the hole is, but is no payload', () => {
  const ring = ringOf(1)
  ring.pushGap({ epoch: 1, offset: 9 }, frame('gap'))
  expect(ring.head).toEqual({ epoch: 1, offset: 8 })
  ring.push({ epoch: 1, offset: 9 }, frame('f9'), 'd9')
  expect(texts(ring.frames(50))).toEqual(['f1', 'gap', 'f9'])
  expect(ring.newest()).toEqual(['d9', 'd1'])
})

test('another epoch begins anew', () => {
  const ring = ringOf(7, 8)
  ring.pushGap({ epoch: 2, offset: 1 }, frame('gap'))
  ring.push({ epoch: 2, offset: 1 }, frame('new'), 'new')
  expect(texts(ring.frames(50))).toEqual(['gap', 'new'])
  expect(ring.head).toEqual({ epoch: 2, offset: 1 })
})

test('an entry that clients are not shown is passed over: the next continues the one before it', () => {
  const ring = ringOf(3)
  ring.pass({ epoch: 1, offset: 4 })
  expect(ring.has({ epoch: 1, offset: 4 })).toBe(true)
  expect(ring.prevOf({ epoch: 1, offset: 5 })).toBe(3)
  expect(texts(ring.frames(50))).toEqual(['f3'])
  ring.pass({ epoch: 2, offset: 1 })
  expect(ring.prevOf({ epoch: 2, offset: 2 })).toBe(1)
  expect(ring.frames(50)).toEqual([])
})
