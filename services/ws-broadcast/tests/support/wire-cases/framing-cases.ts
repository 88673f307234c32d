import { frameBytes, opcodes } from '@whalecast/testkit'
import { bytes, first, last, message, more, ping, text, type WireCase } from './wire-case.ts'

const limit = 16 * 1024
const padded = (length: number) => message.padEnd(length)

const reservedBits: readonly WireCase[] = [1, 2, 3, 4, 5, 6, 7].map((rsv) => ({
  note: `reserved bits ${rsv.toString(2).padStart(3, '0')} that nobody agreed on`,
  write: [bytes(text(message, { rsv }))],
  close: 1002,
}))

const reservedOpcodes: readonly WireCase[] = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => ({
  note: `reserved opcode ${opcode}`,
  write: [bytes({ opcode, payload: message })],
  close: 1002,
}))

const bits: readonly WireCase[] = [
  { note: 'a reserved bit on a ping', write: [bytes(ping('', { rsv: 4 }))], close: 1002 },
  {
    note: 'a reserved bit on a continuation',
    write: [bytes(first('{'), more('}', { rsv: 4 }))],
    close: 1002,
  },
  { note: 'a reserved bit on a close', write: [bytes({ opcode: opcodes.close, rsv: 2 })], close: 1002 },
]

const masks: readonly WireCase[] = [
  { note: 'a text without a mask', write: [bytes(text(message, { masked: false }))], close: 1002 },
  { note: 'an empty text without a mask', write: [bytes(text('', { masked: false }))], close: 1002 },
  { note: 'a ping without a mask', write: [bytes(ping('', { masked: false }))], close: 1002 },
  {
    note: 'a close without a mask',
    write: [bytes({ opcode: opcodes.close, masked: false })],
    close: 1002,
  },
  { note: 'a mask of zeros', write: [bytes(text(message, { mask: [0, 0, 0, 0] }))], answers: 1 },
  {
    note: 'a mask of its own for each frame',
    write: [bytes(text(message, { mask: [1, 2, 3, 4] }), text(message, { mask: [255, 0, 128, 9] }))],
    answers: 2,
  },
]

const lengths: readonly WireCase[] = [
  { note: 'an empty text', write: [bytes(text(''))], errors: ['bad_json'] },
  ...[125, 126, 127, 128, 255, 256, limit].map((length) => ({
    note: `a text of ${length} bytes`,
    write: [bytes(text(padded(length)))],
    answers: 1,
  })),
  { note: 'a text over 16 KB', write: [bytes(text(padded(limit + 1)))], close: 1009 },
  {
    // A server may take it; the RFC forbids a client to send it.
    note: 'a short length in 16 bits',
    write: [bytes(text(message, { lengthBits: 16 }))],
    answers: 1,
  },
  { note: 'a short length in 64 bits', write: [bytes(text(message, { lengthBits: 64 }))], answers: 1 },
  {
    note: 'a gigabyte announced: refused before it comes',
    write: [frameBytes({ claimed: 1n << 30n })],
    close: 1009,
  },
  { note: 'the highest bit of a length', write: [frameBytes({ claimed: 1n << 63n })], close: 1009 },
  { note: 'a length of all ones', write: [frameBytes({ claimed: (1n << 64n) - 1n })], close: 1009 },
  {
    note: 'a binary over 16 KB',
    write: [bytes({ opcode: opcodes.binary, payload: padded(limit + 1) })],
    close: 1009,
  },
]

const parts = (count: number) =>
  bytes(first(message), ...Array.from({ length: count - 2 }, () => more('')), last(''))

const fragments: readonly WireCase[] = [
  { note: 'a text in two fragments', write: [bytes(first('{"type":'), last('"ping"}'))], answers: 1 },
  {
    note: 'a text in three, one of them empty',
    write: [bytes(first(''), more(message), last(''))],
    answers: 1,
  },
  { note: 'a text in 64 fragments', write: [parts(64)], answers: 1 },
  { note: 'a text in 65 fragments', write: [parts(65)], close: 1008 },
  {
    note: 'fragments over 16 KB together',
    write: [bytes(first(padded(limit)), last(' '))],
    close: 1009,
  },
  {
    note: 'fragments over 16 KB together, before the last has come',
    write: [bytes(first(padded(limit)), more(' '))],
    close: 1009,
  },
  {
    note: 'a ping between two fragments',
    write: [bytes(first('{"type":'), ping('between'), last('"ping"}'))],
    pongs: ['between'],
    answers: 1,
  },
  {
    note: 'a close between two fragments',
    write: [bytes(first('{"type":'), { opcode: opcodes.close })],
    close: 'empty',
  },
  { note: 'a continuation of nothing', write: [bytes(last(message))], close: 1002 },
  { note: 'the first of several continuations of nothing', write: [bytes(more(message))], close: 1002 },
  { note: 'a continuation after the last', write: [bytes(first(message), last(''), last(''))], close: 1002 },
  { note: 'a text inside a fragmented text', write: [bytes(first('{'), text())], close: 1002 },
  { note: 'another first fragment', write: [bytes(first('{'), first('{'))], close: 1002 },
  {
    note: 'a binary inside a fragmented text',
    write: [bytes(first('{'), { opcode: opcodes.binary })],
    close: 1002,
  },
  {
    note: 'a fragmented binary',
    write: [bytes(first(message, { opcode: opcodes.binary }), last(''))],
    errors: ['binary'],
  },
]

const pieces: readonly WireCase[] = [
  {
    note: 'one byte a packet',
    write: [...bytes(text())].map((byte) => Buffer.from([byte])),
    answers: 1,
  },
  { note: 'three frames in one packet', write: [bytes(text(), text(), text())], answers: 3 },
  {
    note: 'a packet that ends inside a header of 64 bits',
    write: [
      bytes(text(message, { lengthBits: 64 })).subarray(0, 5),
      bytes(text(message, { lengthBits: 64 })).subarray(5),
    ],
    answers: 1,
  },
]

/** Reserved bits, opcodes, masks, lengths, fragments, and packets that cut anywhere. */
export const framingCases: readonly WireCase[] = [
  ...reservedBits,
  ...bits,
  ...reservedOpcodes,
  ...masks,
  ...lengths,
  ...fragments,
  ...pieces,
]
