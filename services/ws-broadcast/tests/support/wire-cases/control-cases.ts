import { closePayload, opcodes } from '@whalecast/testkit'
import { bytes, message, ping, text, type WireCase } from './wire-case.ts'

const close = (payload: Buffer | string = '') => ({ opcode: opcodes.close, payload })
const long = 'x'.repeat(126)

const pings: readonly WireCase[] = [
  { note: 'an empty ping', write: [bytes(ping())], pongs: [''] },
  { note: 'a ping of 125 bytes', write: [bytes(ping('x'.repeat(125)))], pongs: ['x'.repeat(125)] },
  { note: 'a ping of 126 bytes', write: [bytes(ping(long))], close: 1002 },
  { note: 'a ping in fragments', write: [bytes(ping('', { fin: false }))], close: 1002 },
  { note: 'three pings', write: [bytes(ping('a'), ping('b'), ping('c'))], pongs: ['a', 'b', 'c'] },
  {
    note: 'a ping of bytes that are no text',
    write: [bytes(ping(Buffer.from([255, 0])))],
    pongs: ['\uFFFD\0'],
  },
  { note: 'a pong that nobody asked for', write: [bytes({ opcode: opcodes.pong, payload: 'x' })] },
  { note: 'a pong of 126 bytes', write: [bytes({ opcode: opcodes.pong, payload: long })], close: 1002 },
  { note: 'a pong in fragments', write: [bytes({ opcode: opcodes.pong, fin: false })], close: 1002 },
]

const closes: readonly WireCase[] = [
  { note: 'a close without a code', write: [bytes(close())], close: 'empty' },
  { note: 'a close of one byte', write: [bytes(close('x'))], close: 1002 },
  { note: 'a close of 126 bytes', write: [bytes(close(closePayload(1000, 'x'.repeat(124))))], close: 1002 },
  { note: 'a close in fragments', write: [bytes({ ...close(), fin: false })], close: 1002 },
  {
    note: 'a close with the longest reason',
    write: [bytes(close(closePayload(1000, 'é'.repeat(61))))],
    close: 1000,
  },
  {
    note: 'a close whose reason is no UTF-8',
    write: [bytes(close(closePayload(1000, Buffer.from([0xff]))))],
    close: 1007,
  },
  {
    note: 'a close whose reason ends inside a character',
    write: [bytes(close(closePayload(1000, Buffer.from([0xe2, 0x82]))))],
    close: 1007,
  },
  {
    note: 'a ping, then a close',
    write: [bytes(ping('first'), close(closePayload(1000)))],
    pongs: ['first'],
    close: 1000,
  },
  {
    note: 'a close, then more',
    write: [bytes(close(closePayload(1001)), ping('late'), text())],
    close: 1001,
  },
  { note: 'two closes', write: [bytes(close(closePayload(1000)), close(closePayload(1001)))], close: 1000 },
]

const allowed = [
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
]
const forbidden = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535]

const codes: readonly WireCase[] = [
  ...allowed.map((code) => ({
    note: `a close with ${code}`,
    write: [bytes(close(closePayload(code)))],
    close: code,
  })),
  ...forbidden.map((code) => ({
    note: `a close with ${code}, which may not be sent`,
    write: [bytes(close(closePayload(code)))],
    close: 1002,
  })),
]

/** Pings, pongs, closes and their codes. */
export const controlCases: readonly WireCase[] = [...pings, ...closes, ...codes]

const wrong: readonly { readonly note: string; readonly hex: string }[] = [
  { note: 'a byte that never occurs', hex: 'ff' },
  { note: 'a continuation without a start', hex: '80' },
  { note: 'an overlong slash', hex: 'c0af' },
  { note: 'an overlong NUL in three bytes', hex: 'e08080' },
  { note: 'an overlong form in four bytes', hex: 'f0808080' },
  { note: 'half of a surrogate pair', hex: 'eda080' },
  { note: 'a character beyond the last', hex: 'f4908080' },
  { note: 'a form of five bytes', hex: 'f888808080' },
  { note: 'a character that breaks off', hex: 'e282' },
]
const quoted = (hex: string) => Buffer.concat([Buffer.from('"'), Buffer.from(hex, 'hex'), Buffer.from('"')])
const euro = Buffer.from('€')

/** Texts have to be UTF-8, as a whole: fragments may cut a character. */
export const textCases: readonly WireCase[] = [
  ...wrong.map(({ note, hex }) => ({ note, write: [bytes(text(quoted(hex)))], close: 1007 })),
  {
    note: 'a wrong byte in the second fragment',
    write: [bytes(text('"', { fin: false }), { opcode: opcodes.continuation, payload: quoted('ff') })],
    close: 1007,
  },
  {
    note: 'a character that no fragment completes',
    write: [bytes(text(euro.subarray(0, 2), { fin: false }), { opcode: opcodes.continuation, payload: '"' })],
    close: 1007,
  },
  {
    note: 'a character over two fragments',
    write: [
      bytes(text(Buffer.concat([Buffer.from('"'), euro.subarray(0, 1)]), { fin: false }), {
        opcode: opcodes.continuation,
        payload: Buffer.concat([euro.subarray(1), Buffer.from('"')]),
      }),
    ],
    errors: ['bad_frame'],
  },
  { note: 'characters of two, three and four bytes', write: [bytes(text('"é€🐋"'))], errors: ['bad_frame'] },
  { note: 'the last character there is', write: [bytes(text(quoted('f48fbfbf')))], errors: ['bad_frame'] },
  { note: 'a NUL', write: [bytes(text('\0'))], errors: ['bad_json'] },
  { note: 'a byte order mark', write: [bytes(text(`\uFEFF${message}`))], errors: ['bad_json'] },
  {
    note: 'a binary that is no UTF-8',
    write: [bytes({ opcode: opcodes.binary, payload: Buffer.from([255, 254]) })],
    errors: ['binary'],
  },
]
