import { constants, deflateRawSync } from 'node:zlib'
import { opcodes } from '@whalecast/testkit'
import type { HandshakeCase } from './handshake-cases.ts'
import { bytes, first, last, message, more, ping, text, type WireCase } from './wire-case.ts'

const compressed = 4
const syncFlush = Buffer.from([0, 0, 0xff, 0xff])

/** A message as RFC 7692 has it: raw deflate, without the empty block at its end. */
function packed(payload: string | Buffer): Buffer {
  const whole = deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH })
  return whole.subarray(0, whole.length - syncFlush.length)
}

const small = packed(message)
const half = Math.floor(small.length / 2)

/** What a client may send that has agreed on compression with a server that has it on. */
export const deflateCases: readonly WireCase[] = [
  { note: 'a compressed text', write: [bytes(text(small, { rsv: compressed }))], answers: 1 },
  { note: 'a text that is not compressed', write: [bytes(text())], answers: 1 },
  {
    note: 'a compressed text in fragments',
    write: [bytes(first(small.subarray(0, half), { rsv: compressed }), last(small.subarray(half)))],
    answers: 1,
  },
  {
    note: 'a ping inside a compressed text',
    write: [
      bytes(first(small.subarray(0, half), { rsv: compressed }), ping('x'), last(small.subarray(half))),
    ],
    pongs: ['x'],
    answers: 1,
  },
  {
    note: 'two compressed texts: each begins anew',
    write: [bytes(text(small, { rsv: compressed }), text(small, { rsv: compressed }))],
    answers: 2,
  },
  {
    note: 'a compressed binary',
    write: [bytes({ opcode: opcodes.binary, payload: small, rsv: compressed })],
    errors: ['binary'],
  },
  {
    note: 'a compressed empty text',
    write: [bytes(text(Buffer.from([0]), { rsv: compressed }))],
    errors: ['bad_json'],
  },
  {
    note: 'compressed texts between others',
    write: [bytes(text(), text(small, { rsv: compressed }), text())],
    answers: 3,
  },
  {
    note: 'a compressed text that becomes longer than 16 KB',
    write: [bytes(text(packed(' '.repeat(16 * 1024 + 1)), { rsv: compressed }))],
    close: 1009,
  },
  {
    note: 'ten megabytes in a small frame',
    write: [bytes(text(packed('x'.repeat(10 * 1024 * 1024)), { rsv: compressed }))],
    close: 1009,
  },
  {
    note: 'what is no deflate',
    write: [bytes(text(Buffer.from([0xff, 0xff, 0xff]), { rsv: compressed }))],
    close: 1007,
  },
  {
    note: 'compressed bytes that are no UTF-8',
    write: [bytes(text(packed(Buffer.from([0x22, 0xff, 0x22])), { rsv: compressed }))],
    close: 1007,
  },
  { note: 'the bit of compression on a ping', write: [bytes(ping('', { rsv: compressed }))], close: 1002 },
  {
    note: 'the bit of compression on a continuation',
    write: [bytes(first(small, { rsv: compressed }), more('', { rsv: compressed }))],
    close: 1002,
  },
  { note: 'another reserved bit', write: [bytes(text(small, { rsv: 6 }))], close: 1002 },
]

const none = { 'sec-websocket-extensions': undefined }
const agreed = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover'
const offer = (extensions: string) => ({ headers: { 'sec-websocket-extensions': extensions } })
const agrees = (note: string, extensions: string, answer: string | undefined): HandshakeCase => ({
  note,
  request: offer(extensions),
  status: 101,
  headers: { 'sec-websocket-extensions': answer },
})
const refuses = (note: string, extensions: string): HandshakeCase => ({
  note,
  request: offer(extensions),
  status: 400,
})

/** What is agreed on with a server that has compression on. */
export const negotiationCases: readonly HandshakeCase[] = [
  { note: 'nothing offered', request: {}, status: 101, headers: none },
  agrees('compression', 'permessage-deflate', agreed),
  agrees('what a browser offers', 'permessage-deflate; client_max_window_bits', agreed),
  agrees('that nothing is remembered', 'permessage-deflate; server_no_context_takeover', agreed),
  agrees(
    'a small window',
    'permessage-deflate; server_max_window_bits=10',
    'permessage-deflate; server_max_window_bits=10; server_no_context_takeover; client_no_context_takeover',
  ),
  agrees('compression after something unknown', 'x-zip, permessage-deflate', agreed),
  agrees('only something unknown', 'x-zip', undefined),
  refuses('a parameter that nobody knows', 'permessage-deflate; level=9'),
  refuses('a window below 8', 'permessage-deflate; server_max_window_bits=7'),
  refuses('a window above 15', 'permessage-deflate; server_max_window_bits=16'),
  refuses('a parameter twice', 'permessage-deflate; client_max_window_bits; client_max_window_bits'),
  refuses('what is no header', 'permessage-deflate; ='),
]
