import { describe, expect, test } from '@jest/globals'
import { constants, deflateRawSync } from 'node:zlib'
import { closePayload, frameBytes, opcodes, type FrameParts } from '@whalecast/testkit'
import { StreamModel } from './stream-model.ts'

const bytes = (...parts: readonly FrameParts[]) => Buffer.concat(parts.map(frameBytes))
const after = (...parts: readonly FrameParts[]) => {
  const model = new StreamModel()
  model.take(bytes(...parts))
  return model
}
const { continuation, binary, close, ping, pong } = opcodes

describe('StreamModel', () => {
  test('reads messages and pings, in whatever pieces they come', () => {
    const stream = bytes(
      { payload: '{', fin: false },
      { opcode: ping, payload: 'x' },
      { opcode: continuation, payload: '}' },
      { opcode: binary, payload: 'b' },
      { opcode: pong },
    )
    const whole = new StreamModel()
    whole.take(stream)
    const pieces = new StreamModel()
    for (const byte of stream) pieces.take(Buffer.from([byte]))
    for (const { messages, controls, counted, ending, isClean } of [whole, pieces])
      expect({ messages, controls, counted, ending, isClean }).toEqual({
        messages: ['{}', undefined],
        controls: 2,
        counted: 4,
        ending: undefined,
        isClean: true,
      })
  })

  test.each<{ readonly note: string; readonly parts: readonly FrameParts[]; readonly ending: unknown }>([
    { note: 'a reserved bit', parts: [{ rsv: 1 }], ending: 1002 },
    { note: 'a reserved opcode', parts: [{ opcode: 3 }], ending: 1002 },
    { note: 'a reserved opcode of a control frame', parts: [{ opcode: 11 }], ending: 1002 },
    { note: 'no mask', parts: [{ masked: false }], ending: 1002 },
    { note: 'a continuation of nothing', parts: [{ opcode: continuation }], ending: 1002 },
    { note: 'a message inside a message', parts: [{ fin: false }, {}], ending: 1002 },
    { note: 'a ping in fragments', parts: [{ opcode: ping, fin: false }], ending: 1002 },
    { note: 'a long ping', parts: [{ opcode: ping, payload: 'x'.repeat(126) }], ending: 1002 },
    { note: 'too long a message', parts: [{ claimed: 16_385n }], ending: 1009 },
    { note: 'a length of 64 bits', parts: [{ claimed: 1n << 63n }], ending: 1009 },
    {
      note: 'too many fragments',
      parts: [{ fin: false }, ...Array.from({ length: 64 }, () => ({ opcode: continuation, fin: false }))],
      ending: 1008,
    },
    { note: 'no UTF-8', parts: [{ payload: Buffer.from([255]) }], ending: 1007 },
    { note: 'a close', parts: [{ opcode: close }, { rsv: 1 }], ending: 'empty' },
    { note: 'a close with a code', parts: [{ opcode: close, payload: closePayload(3000) }], ending: 3000 },
    { note: 'a close of one byte', parts: [{ opcode: close, payload: 'x' }], ending: 1002 },
    { note: 'a forbidden code', parts: [{ opcode: close, payload: closePayload(1005) }], ending: 1002 },
    {
      note: 'a reason that is no UTF-8',
      parts: [{ opcode: close, payload: closePayload(1000, Buffer.from([255])) }],
      ending: 1007,
    },
  ])('$note ends it: $ending', ({ parts, ending }) => {
    expect(after(...parts).ending).toBe(ending)
  })

  test('reads what is compressed, once that was agreed on', () => {
    const packed = (text: string) =>
      deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4)
    const read = (...parts: readonly FrameParts[]) => {
      const model = new StreamModel({ deflate: true })
      model.take(bytes(...parts))
      return { messages: model.messages, ending: model.ending }
    }
    expect(read({ rsv: 4, payload: packed('{}') }, { payload: '{}' }).messages).toEqual(['{}', '{}'])
    expect(read({ rsv: 4, payload: packed('x'.repeat(20_000)) }).ending).toBe(1009)
    expect(read({ rsv: 4, payload: Buffer.from([255, 255]) }).ending).toBe(1007)
    expect(read({ rsv: 4, opcode: ping }).ending).toBe(1002)
    expect(read({ rsv: 2 }).ending).toBe(1002)
  })

  test('what breaks off is not clean', () => {
    expect(after({ fin: false }).isClean).toBe(false)
    expect(after({ claimed: 5n }).isClean).toBe(false)
    expect(after({ payload: 'x'.repeat(16_384) })).toMatchObject({ isClean: true, ending: undefined })
  })
})
