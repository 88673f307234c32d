import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { constants, inflateRawSync } from 'node:zlib'
import {
  eventually,
  frameBytes,
  opcodes,
  openRawSocket,
  watchLeaks,
  type LeakWatch,
  type ServerFrame,
} from '@whalecast/testkit'
import { openBroadcast, type Broadcast } from './support/open-broadcast.ts'
import { deflateCases, negotiationCases } from './support/wire-cases/deflate-cases.ts'
import { handshakeCases, type HandshakeCase } from './support/wire-cases/handshake-cases.ts'
import { controlCases, textCases } from './support/wire-cases/control-cases.ts'
import { framingCases } from './support/wire-cases/framing-cases.ts'
import { message, type WireCase } from './support/wire-cases/wire-case.ts'

// One server for all cases: what one connection does wrong must not be felt by the next.
let leaks: LeakWatch
let broadcast: Broadcast
let compressing: Broadcast
beforeAll(async () => {
  leaks = watchLeaks()
  broadcast = await openBroadcast()
  compressing = await openBroadcast({ config: { compression: true } })
})
afterAll(async () => {
  for (const one of [broadcast, compressing]) {
    await eventually(() => one.facts.read()['ws_clients'] === 0)
    await one.stop()
  }
  await leaks.check()
})

type Message = {
  readonly type: string
  readonly data: { readonly code?: string; readonly timestamp_ms?: number }
}
const extensions = 'sec-websocket-extensions'
/** No case uses it: what answers this is a connection that lives on. */
const sentinel = 1_234_567

const textOf = ({ rsv, payload }: ServerFrame): string =>
  (rsv === 0 ? payload : inflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH })).toString()

async function play(url: string, { write }: WireCase, headers: Readonly<Record<string, string>> = {}) {
  using raw = await openRawSocket(url, { path: '/ws?defaults=off', headers })
  for (const piece of write) raw.write(piece)
  raw.write(frameBytes({ payload: JSON.stringify({ type: 'ping', timestamp_ms: sentinel }) }))
  const messages = () =>
    raw.frames
      .filter(({ opcode }) => opcode === opcodes.text)
      .map((frame): Message => JSON.parse(textOf(frame)))
  const lives = () => messages().some(({ data }) => data.timestamp_ms === sentinel)
  const isOver = () => raw.frames.some(({ opcode }) => opcode === opcodes.close) || lives()
  await eventually(isOver)
  const close = lives() ? undefined : (await raw.ended).code
  if (lives()) expect(await raw.close()).toEqual({ code: 1000, reason: '' })
  return {
    close,
    pongs: raw.frames
      .filter(({ opcode }) => opcode === opcodes.pong)
      .map(({ payload }) => payload.toString()),
    errors: messages().flatMap(({ type, data }) => (type === 'error' ? [data.code] : [])),
    answers: messages().filter(({ type, data }) => type === 'pong' && data.timestamp_ms !== sentinel).length,
    strange: raw.frames.filter(
      ({ fin, rsv }) => !fin || (rsv !== 0 && raw.headers.get(extensions) === undefined),
    ),
  }
}

const tables = { framing: framingCases, control: controlCases, text: textCases }
describe.each(Object.entries(tables))('%s', (_name, cases) => {
  test.each(cases.map((one) => [one.note, one] as const))('%s', async (_note, one) => {
    const { close, pongs = [], errors = [], answers = 0 } = one
    expect(await play(broadcast.url, one)).toEqual({ close, pongs, errors, answers, strange: [] })
  })
})

test.each(deflateCases.map((one) => [one.note, one] as const))('compressed: %s', async (_note, one) => {
  const { close, pongs = [], errors = [], answers = 0 } = one
  const played = await play(compressing.url, one, { [extensions]: 'permessage-deflate' })
  expect(played).toEqual({ close, pongs, errors, answers, strange: [] })
})

async function shakeHands(url: string, { request, status, headers = {} }: HandshakeCase): Promise<void> {
  using raw = await openRawSocket(url, request)
  expect(raw.status).toBe(status)
  for (const [name, value] of Object.entries(headers)) expect(raw.headers.get(name)).toBe(value)
  if (status !== 101) return void (await raw.ended)
  if (request.head === undefined) raw.send(message)
  await eventually(() => raw.frames.some((frame) => textOf(frame).includes('"pong"')))
  expect(await raw.close()).toEqual({ code: 1000, reason: '' })
}

test.each(handshakeCases.map((one) => [one.note, one] as const))('handshake: %s', (_note, one) =>
  shakeHands(broadcast.url, one),
)

test.each(negotiationCases.map((one) => [one.note, one] as const))('an offer of %s', (_note, one) =>
  shakeHands(compressing.url, one),
)

test('a client that hangs up without a close frame is forgotten', async () => {
  const raw = await openRawSocket(broadcast.url)
  await eventually(() => broadcast.facts.read()['ws_clients'] === 1)
  raw.socket.end()
  await raw.ended
  await eventually(() => broadcast.facts.read()['ws_clients'] === 0)
})

test('a client that hangs up inside a frame is forgotten', async () => {
  using raw = await openRawSocket(broadcast.url)
  await eventually(() => broadcast.facts.read()['ws_clients'] === 1)
  raw.write(frameBytes({ payload: message }).subarray(0, 9))
  raw.socket.destroy()
  await eventually(() => broadcast.facts.read()['ws_clients'] === 0)
})

test.each([
  { note: 'pings', frame: frameBytes({ opcode: opcodes.ping, payload: 'x'.repeat(125) }) },
  { note: 'pongs', frame: frameBytes({ opcode: opcodes.pong }) },
])('a flood of $note ends with 4029, and is not answered beyond the budget', async ({ frame }) => {
  using raw = await openRawSocket(broadcast.url, { path: '/ws?defaults=off' })
  for (let index = 0; index < 500; index += 1) raw.write(frame)
  expect((await raw.ended).code).toBe(4029)
  expect(raw.frames.filter(({ opcode }) => opcode === opcodes.pong).length).toBeLessThan(100)
})
