import { frameBytes, type RawSocketOptions } from '@whalecast/testkit'
import { message } from './wire-case.ts'

/** A request to become a socket, and the answer to it. */
export type HandshakeCase = {
  readonly note: string
  readonly request: RawSocketOptions
  readonly status: number
  /** What the answer has to say; undefined where it must say nothing. */
  readonly headers?: Readonly<Record<string, string | undefined>>
}

const plain = { 'sec-websocket-protocol': undefined, 'sec-websocket-extensions': undefined }
const asking = (headers: Readonly<Record<string, string | undefined>>): RawSocketOptions => ({ headers })

/** Versions, keys, subprotocols, extensions, and requests that are none. */
export const handshakeCases: readonly HandshakeCase[] = [
  { note: 'nothing but what has to be', request: {}, status: 101, headers: plain },
  {
    note: 'names of headers and values in capitals',
    request: asking({ connection: undefined, CONNECTION: 'UPGRADE', upgrade: 'WebSocket' }),
    status: 101,
  },
  {
    note: 'connection: keep-alive, Upgrade',
    request: asking({ connection: 'keep-alive, Upgrade' }),
    status: 101,
  },
  {
    note: 'frames in the packet of the request',
    request: { head: frameBytes({ payload: message }) },
    status: 101,
  },
  { note: 'a query', request: { path: '/ws?a=b&c' }, status: 101 },
  { note: 'no key', request: asking({ 'sec-websocket-key': undefined }), status: 400 },
  { note: 'a key that is too short', request: asking({ 'sec-websocket-key': 'c2hvcnQ=' }), status: 400 },
  { note: 'a key that is no base64', request: asking({ 'sec-websocket-key': '!'.repeat(24) }), status: 400 },
  { note: 'version 8', request: asking({ 'sec-websocket-version': '8' }), status: 101 },
  { note: 'version 12', request: asking({ 'sec-websocket-version': '12' }), status: 400 },
  { note: 'no version', request: asking({ 'sec-websocket-version': undefined }), status: 400 },
  { note: 'a POST', request: { method: 'POST' }, status: 405 },
  { note: 'an upgrade to something else', request: asking({ upgrade: 'h2c' }), status: 400 },
  { note: 'no upgrade at all', request: asking({ connection: 'close', upgrade: undefined }), status: 404 },
  { note: 'another path', request: { path: '/ws/' }, status: 404 },
  { note: 'headers beyond 8 KB', request: asking({ cookie: 'x'.repeat(9_000) }), status: 431 },
  {
    note: 'our subprotocol',
    request: asking({ 'sec-websocket-protocol': 'whalecast.v1' }),
    status: 101,
    headers: { 'sec-websocket-protocol': 'whalecast.v1' },
  },
  {
    note: 'our subprotocol among others',
    request: asking({ 'sec-websocket-protocol': 'graphql-ws, whalecast.v1, other' }),
    status: 101,
    headers: { 'sec-websocket-protocol': 'whalecast.v1' },
  },
  {
    note: 'our two subprotocols: the first that is asked for',
    request: asking({ 'sec-websocket-protocol': 'whalecast.v1.batch, whalecast.v1' }),
    status: 101,
    headers: { 'sec-websocket-protocol': 'whalecast.v1.batch' },
  },
  {
    note: 'subprotocols that we do not speak',
    request: asking({ 'sec-websocket-protocol': 'graphql-ws' }),
    status: 101,
    headers: plain,
  },
  { note: 'a subprotocol twice', request: asking({ 'sec-websocket-protocol': 'a, a' }), status: 400 },
  { note: 'an empty subprotocol', request: asking({ 'sec-websocket-protocol': '' }), status: 400 },
  {
    note: 'compression offered where it is off',
    request: asking({ 'sec-websocket-extensions': 'permessage-deflate; client_max_window_bits' }),
    status: 101,
    headers: plain,
  },
  {
    note: 'an extension that nobody knows',
    request: asking({ 'sec-websocket-extensions': 'x-webkit-deflate-frame' }),
    status: 101,
    headers: plain,
  },
]
