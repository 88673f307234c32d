import { expect, test } from '@jest/globals'
import type { OutFrame } from '@whalecast/fanout'
import { LogEntry } from './log-entry.ts'
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
const all = () => true
const isPublic = ({ ofTheAccount = false }: { ofTheAccount?: boolean }) => !ofTheAccount

/** An entry whose frames say which place they follow. */
const entry = (offset: number, { epoch = 1, ofTheAccount = false } = {}) =>
  LogEntry.of({
    position: { epoch, offset },
    facets: { ofTheAccount },
    data: `d${offset}`,
    frame: (prev) => frame(`${prev}<${offset}`),
  })

function ringOf(...offsets: readonly number[]): LogRing<string> {
  const ring = new LogRing<string>(3)
  for (const offset of offsets) ring.push(entry(offset))
  return ring
}

test('keeps the newest, oldest first as frames and newest first as payloads', () => {
  const ring = ringOf(1, 2, 3, 4)
  expect(texts(ring.newestOf(all, 50).frames)).toEqual(['1<2', '2<3', '3<4'])
  expect(texts(ring.newestOf(all, 1).frames)).toEqual(['3<4'])
  expect(ring.newest()).toEqual(['d4', 'd3', 'd2'])
  expect(ring.head).toEqual({ epoch: 1, offset: 4 })
})

test('knows what it has taken', () => {
  const ring = ringOf(5)
  expect(ring.has({ epoch: 1, offset: 5 })).toBe(true)
  expect(ring.has({ epoch: 1, offset: 6 })).toBe(false)
  expect(ring.has({ epoch: 2, offset: 1 })).toBe(false)
})

test('a gap stands where the hole is, in every form, but is no payload', () => {
  const ring = ringOf(1)
  ring.push(LogEntry.gap({ epoch: 1, offset: 8 }, frame('gap')))
  expect(ring.head).toEqual({ epoch: 1, offset: 8 })
  ring.push(entry(9))
  expect(texts(ring.newestOf(all, 50).frames)).toEqual(['0<1', 'gap', '8<9'])
  expect(texts(ring.newestOf(() => false, 50).frames)).toEqual(['gap'])
  expect(ring.newest()).toEqual(['d9', 'd1'])
})

test('another epoch begins anew', () => {
  const ring = ringOf(7, 8)
  ring.push(LogEntry.gap({ epoch: 2, offset: 0 }, frame('gap')))
  ring.push(entry(1, { epoch: 2 }))
  expect(texts(ring.newestOf(all, 50).frames)).toEqual(['gap', '0<1'])
  expect(ring.head).toEqual({ epoch: 2, offset: 1 })
})

test('an entry that clients are not shown is passed over: the next continues the one before it', () => {
  const ring = ringOf(3)
  ring.pass({ epoch: 1, offset: 4 })
  expect(ring.has({ epoch: 1, offset: 4 })).toBe(true)
  ring.push(entry(5))
  expect(texts(ring.newestOf(all, 50).frames)).toEqual(['2<3', '3<5'])
  ring.pass({ epoch: 2, offset: 1 })
  ring.push(entry(2, { epoch: 2 }))
  expect(texts(ring.newestOf(all, 50).frames)).toEqual(['0<2'])
})

test('what came after a place is here while nothing after it was pushed out, and only in its epoch', () => {
  const ring = ringOf(3, 4, 5, 6)
  expect(texts(ring.after({ epoch: 1, offset: 4 }, all))).toEqual(['4<5', '5<6'])
  expect(ring.after({ epoch: 1, offset: 6 }, all)).toEqual([])
  const covered = [2, 3, 4, 6, 7].map((offset) => ring.covers({ epoch: 1, offset }))
  expect(covered).toEqual([false, true, true, true, false])
  expect(ring.covers({ epoch: 2, offset: 4 })).toBe(false)
  ring.push(entry(7, { epoch: 2 }))
  expect(ring.covers({ epoch: 1, offset: 6 })).toBe(false)
  expect(ring.covers({ epoch: 2, offset: 6 })).toBe(true)
})

test('a log that is only known to stand somewhere covers that place', () => {
  const ring = ringOf()
  expect(ring.covers({ epoch: 1, offset: 8 })).toBe(false)
  ring.begin({ epoch: 1, offset: 8 })
  expect(ring.head).toEqual({ epoch: 1, offset: 8 })
  expect([7, 8, 9].map((offset) => ring.covers({ epoch: 1, offset }))).toEqual([false, true, false])
  ring.push(entry(9))
  expect(texts(ring.after({ epoch: 1, offset: 8 }, all))).toEqual(['8<9'])
})

test('entries that are passed over or not for everybody leave no hole in what comes after a place', () => {
  const ring = new LogRing<string>(10)
  ring.push(entry(1))
  ring.push(entry(2, { ofTheAccount: true }))
  ring.pass({ epoch: 1, offset: 3 })
  ring.push(entry(4))
  expect(texts(ring.after({ epoch: 1, offset: 1 }, all))).toEqual(['1<2', '2<4'])
  expect(texts(ring.after({ epoch: 1, offset: 1 }, isPublic))).toEqual(['1<4'])
  expect(texts(ring.after({ epoch: 1, offset: 3 }, isPublic))).toEqual(['1<4'])
})

test('the place that the newest frames follow', () => {
  const ring = ringOf(4, 5, 6)
  expect(ring.newestOf(all, 2).after).toEqual({ epoch: 1, offset: 4 })
  expect(ring.newestOf(all, 0).after).toEqual({ epoch: 1, offset: 6 })
  expect(ring.newestOf(all, 50).after).toEqual({ epoch: 1, offset: 3 })
  expect(ring.newestOf(() => false, 50).after).toEqual({ epoch: 1, offset: 3 })
  expect(ringOf().newestOf(all, 50).after).toBeUndefined()
})

test('a frame is made once for all forms in which it follows the same', () => {
  const ring = ringOf(1, 2)
  expect(ring.newestOf(all, 1).frames[0]).toBe(ring.newestOf(all, 50).frames[1])
})

test('an epoch in which the log goes on keeps what is here, and a place of the old one is still covered', () => {
  const ring = new LogRing<string>(4)
  for (const offset of [3, 4]) ring.push(entry(offset))
  ring.pass({ epoch: 1, offset: 5 })
  ring.continueIn(2, ({ epoch, offset }) => frame(`at ${epoch}-${offset}`))
  expect(ring.head).toEqual({ epoch: 2, offset: 5 })
  // What is shown is of the old epoch: where the log stands now is told behind it.
  expect(texts(ring.newestOf(all, 2).frames)).toEqual(['2<3', '3<4', 'at 2-5'])
  ring.push(entry(6, { epoch: 2 }))
  const old = [1, 2, 4, 5, 6].map((offset) => ring.covers({ epoch: 1, offset }))
  expect(old).toEqual([false, true, true, true, false])
  expect([4, 5, 6, 7].map((offset) => ring.covers({ epoch: 2, offset }))).toEqual([false, true, true, false])
  // Who comes back from the old epoch is told the place in the new one before its entries; who is there knows it.
  expect(texts(ring.after({ epoch: 1, offset: 3 }, all))).toEqual(['3<4', 'at 2-5', '4<6'])
  expect(texts(ring.after({ epoch: 1, offset: 5 }, isPublic))).toEqual(['at 2-5', '4<6'])
  expect(texts(ring.after({ epoch: 2, offset: 5 }, all))).toEqual(['4<6'])
  expect(texts(ring.newestOf(all, 2).frames)).toEqual(['3<4', '4<6'])
  expect(ring.newestOf(all, 2).after).toEqual({ epoch: 1, offset: 3 })
  expect(ring.newest()).toEqual(['d6', 'd4', 'd3'])
  for (const offset of [7, 8, 9]) ring.push(entry(offset, { epoch: 2 }))
  expect(ring.covers({ epoch: 1, offset: 5 })).toBe(false)
  expect([4, 5, 6].map((offset) => ring.covers({ epoch: 2, offset }))).toEqual([false, true, true])
})
