import { describe, expect, test } from '@jest/globals'
import * as ws from 'ws'
import { dialects, type DialectName } from './dialects.ts'
import { clientFrame, FrameReader } from './frame-reader.ts'

type Framer = { frame(payload: Buffer, options: object): Buffer[] }

function serverFrame(text: string | Buffer, opcode = 1): Buffer {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the frames of the real thing
  const sender = Reflect.get(ws, 'Sender') as Framer
  return Buffer.concat(
    sender.frame(Buffer.from(text), { fin: true, opcode, mask: false, rsv1: false, readOnly: true }),
  )
}

function read(chunks: readonly Buffer[], dialect: DialectName = 'plain') {
  const messages: string[] = []
  const others: [number, string][] = []
  const reader = new FrameReader(dialects[dialect].mark, {
    onMessage: (bytes, start, end) => messages.push(bytes.toString('utf8', start, end)),
    onOther: (opcode, payload) => others.push([opcode, payload.toString()]),
  })
  // One buffer for all chunks, as the loader has it.
  const shared = Buffer.alloc(Math.max(1, ...chunks.map(({ length }) => length)))
  for (const chunk of chunks) {
    chunk.copy(shared)
    reader.feed(shared, chunk.length)
    shared.fill(0xff)
  }
  return { messages, others }
}

const trade = (fill: number) => `{"type":"trade","x":"${'x'.repeat(fill)}"}`
const texts = [trade(5), '{"type":"trader_status"}', trade(100), trade(500), 'short', trade(70_000), trade(1)]
const frames = [...texts.map((text) => serverFrame(text)), serverFrame('hello', 9), serverFrame('', 10)]
const expected = {
  messages: texts.filter((text) => text.startsWith('{"type":"trade"')),
  others: [
    [1, '{"type":"trader_status"}'],
    [1, 'short'],
    [9, 'hello'],
    [10, ''],
  ],
}

describe('frames of a server', () => {
  test('are read where they lie whole', () => {
    expect(read(frames)).toEqual(expected)
    expect(read([Buffer.concat(frames)])).toEqual(expected)
  })

  test.each([1, 2, 3, 7, 64, 129, 65_536])('are read from chunks of %p bytes', (size) => {
    const all = Buffer.concat(frames)
    const chunks: Buffer[] = []
    for (let at = 0; at < all.length; at += size) chunks.push(all.subarray(at, at + size))
    expect(read(chunks)).toEqual(expected)
  })

  test.each([1, 7, 65_536])('of many lines are as many messages, in chunks of %p bytes', (size) => {
    const all = Buffer.concat([
      serverFrame(texts.slice(0, 4).join('\n')),
      serverFrame(texts.slice(4).join('\n')),
      ...frames.slice(texts.length),
    ])
    const chunks: Buffer[] = []
    for (let at = 0; at < all.length; at += size) chunks.push(all.subarray(at, at + size))
    expect(read(chunks, 'lines')).toEqual(expected)
  })

  test('of Socket.IO are told apart by the name of the event', () => {
    const found: string[] = []
    const reader = new FrameReader(dialects['socket.io'].mark, {
      onMessage: (bytes, start, end) => found.push(bytes.toString('utf8', start, end)),
      onOther: () => undefined,
    })
    const bytes = Buffer.concat(
      ['2', '42["trade",{"a":1}]', '42["traded",{}]', '40{"sid":"x"}'].map((text) => serverFrame(text)),
    )
    reader.feed(bytes, bytes.length)
    expect(found).toEqual(['42["trade",{"a":1}]'])
  })
})

test.each([3, 125, 126, 300])('a client frame of %p bytes is masked and says its length', (length) => {
  const frame = clientFrame(1, Buffer.alloc(length, 'a'))
  const header = length < 126 ? 6 : 8
  expect(frame[0]).toBe(0x81)
  expect(frame[1]).toBe(0x80 | Math.min(length, 126))
  if (length >= 126) expect(frame.readUInt16BE(2)).toBe(length)
  expect(frame.subarray(header).toString()).toBe('a'.repeat(length))
})
