import { expect, test } from '@jest/globals'
import type { OutFrame } from '@whalecast/fanout'
import { LogRing } from './log-ring.ts'

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

test('what came after a place is here while nothing after it was pushed out, and only in its epoch', () => {
  const ring = ringOf(3, 4, 5, 6)
  expect(texts(ring.after({ epoch: 1, offset: 4 }, 'whole'))).toEqual(['f5', 'f6'])
  expect(ring.after({ epoch: 1, offset: 6 }, 'whole')).toEqual([])
  const covered = [2, 3, 4, 6, 7].map((offset) => ring.covers({ epoch: 1, offset }))
  expect(covered).toEqual([false, true, true, true, false])
  expect(ring.covers({ epoch: 2, offset: 4 })).toBe(false)
  ring.push({ epoch: 2, offset: 7 }, frame('f7'), 'd7')
  expect(ring.covers({ epoch: 1, offset: 6 })).toBe(false)
  expect(ring.covers({ epoch: 2, offset: 6 })).toBe(true)
})

test('a log that is only known to stand somewhere covers that place', () => {
  const ring = ringOf()
  expect(ring.covers({ epoch: 1, offset: 8 })).toBe(false)
  ring.begin({ epoch: 1, offset: 8 })
  expect(ring.head).toEqual({ epoch: 1, offset: 8 })
  expect([7, 8, 9].map((offset) => ring.covers({ epoch: 1, offset }))).toEqual([false, true, false])
  ring.push({ epoch: 1, offset: 9 }, frame('f9'), 'd9')
  expect(texts(ring.after({ epoch: 1, offset: 8 }, 'whole'))).toEqual(['f9'])
})

test('entries that are passed over or not for everybody leave no hole in what comes after a place', () => {
  const ring = ringOf(1)
  ring.push({ epoch: 1, offset: 2 }, frame('f2'), 'd2', null)
  ring.pass({ epoch: 1, offset: 3 })
  ring.push({ epoch: 1, offset: 4 }, frame('f4'), 'd4', frame('o4'))
  expect(texts(ring.after({ epoch: 1, offset: 1 }, 'whole'))).toEqual(['f2', 'f4'])
  expect(texts(ring.after({ epoch: 1, offset: 1 }, 'public'))).toEqual(['o4'])
  expect(texts(ring.after({ epoch: 1, offset: 3 }, 'public'))).toEqual(['o4'])
})

test('the place before the newest frames', () => {
  const ring = ringOf(4, 5, 6)
  expect(ring.before(2)).toEqual({ epoch: 1, offset: 4 })
  expect(ring.before(50)).toEqual({ epoch: 1, offset: 3 })
  expect(ringOf().before(50)).toBeUndefined()
})

test('an epoch in which the log goes on keeps what is here, and a place of the old one is still covered', () => {
  const ring = new LogRing<string>(4)
  for (const offset of [3, 4]) ring.push({ epoch: 1, offset }, frame(`f${offset}`), `d${offset}`)
  ring.pass({ epoch: 1, offset: 5 })
  ring.continueIn(2, ({ epoch, offset }) => ({ ...frame(`at ${epoch}-${offset}`), frameClass: 'control' }))
  expect(ring.head).toEqual({ epoch: 2, offset: 5 })
  expect(ring.prevOf({ epoch: 2, offset: 6 })).toBe(4)
  ring.push({ epoch: 2, offset: 6 }, frame('f6'), 'd6')
  const old = [1, 2, 4, 5, 6].map((offset) => ring.covers({ epoch: 1, offset }))
  expect(old).toEqual([false, true, true, true, false])
  expect([4, 5, 6, 7].map((offset) => ring.covers({ epoch: 2, offset }))).toEqual([false, true, true, false])
  // Who comes back from the old epoch is told the place in the new one before its entries; who is there knows it.
  expect(texts(ring.after({ epoch: 1, offset: 3 }, 'whole'))).toEqual(['f4', 'at 2-5', 'f6'])
  expect(texts(ring.after({ epoch: 1, offset: 5 }, 'public'))).toEqual(['at 2-5', 'f6'])
  expect(texts(ring.after({ epoch: 2, offset: 5 }, 'whole'))).toEqual(['f6'])
  expect(texts(ring.frames(2))).toEqual(['f4', 'f6'])
  expect(ring.before(2)).toEqual({ epoch: 1, offset: 3 })
  expect(ring.newest()).toEqual(['d6', 'd4', 'd3'])
  for (const offset of [7, 8, 9]) ring.push({ epoch: 2, offset }, frame(`f${offset}`), `d${offset}`)
  expect(ring.covers({ epoch: 1, offset: 5 })).toBe(false)
  expect([4, 5, 6].map((offset) => ring.covers({ epoch: 2, offset }))).toEqual([false, true, true])
})
