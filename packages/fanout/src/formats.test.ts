import { constants, inflateRawSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { Batch } from './batch.ts'
import { Formats, textsOf } from './formats.ts'
import type { OutFrame } from './frame.ts'

/** Two bytes of header, the second of which says whether the payload is compressed. */
const framer = (payload: Buffer, deflated: boolean) =>
  Buffer.concat([Buffer.from(deflated ? '*d' : '*p'), payload])

const frame = (text: string): OutFrame => ({
  type: 'whale',
  frameClass: 'log',
  key: 'whales',
  bytes: framer(Buffer.from(text), false),
  headerBytes: 2,
  madeAtMs: 0,
})

const long = (letter: string) => letter.repeat(1_000)
const plain = { lines: false, deflated: false }

/** The text of a single compressed frame. */
function unpacked(bytes: Buffer): string {
  expect(bytes.subarray(0, 2).toString()).toBe('*d')
  const packed = Buffer.concat([bytes.subarray(2), Buffer.from([0, 0, 0xff, 0xff])])
  return inflateRawSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }).toString()
}

test('as they are made, frames are joined', () => {
  const formats = new Formats(framer)
  expect(formats.write(new Batch([frame('a'), frame('b')]), plain).toString()).toBe('*pa*pb')
})

test('lines: the messages of a turn share one frame, made once for all who read it so', () => {
  const formats = new Formats(framer)
  const batch = new Batch([frame('a'), frame('b'), frame('c')])
  const bytes = formats.write(batch, { lines: true, deflated: false })
  expect(bytes.toString()).toBe('*pa\nb\nc')
  expect(formats.write(batch, { lines: true, deflated: false })).toBe(bytes)
  const single = frame('x')
  expect(formats.write(new Batch([single]), { lines: true, deflated: false })).toBe(single.bytes)
})

test('lines that would make too long a frame make several', () => {
  const big = frame('x'.repeat(300_000))
  expect(textsOf([big, big, frame('y')]).map(({ length }) => length)).toEqual([300_000, 300_002])
})

test('compressed: each message by itself and once, whoever gets it; what gains nothing stays as it is', () => {
  const formats = new Formats(framer)
  const shared = frame(long('a'))
  const first = formats.write(new Batch([shared]), { lines: false, deflated: true })
  expect(unpacked(first)).toBe(long('a'))
  expect(first.length).toBeLessThan(50)
  const both = formats.write(new Batch([shared, frame('short')]), { lines: false, deflated: true })
  expect(both.subarray(0, first.length).equals(first)).toBe(true)
  expect(both.subarray(first.length).toString()).toBe('*pshort')
})

test('compressed lines: one frame for the turn', () => {
  const formats = new Formats(framer)
  const batch = new Batch([frame(long('a')), frame(long('b'))])
  expect(unpacked(formats.write(batch, { lines: true, deflated: true }))).toBe(`${long('a')}\n${long('b')}`)
})
