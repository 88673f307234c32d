import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { frameBytes, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { WebSocketServer, type WebSocket } from 'ws'
import type { SessionPlan } from '../src/fuzz/plan-session.ts'
import { runSession } from '../src/fuzz/run-session.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

/** A server that does with each message what a test wants. */
async function openServer(onMessage: (socket: WebSocket, text: string) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', (socket) => {
    socket.on('message', (message: Buffer) => onMessage(socket, message.toString()))
    socket.on('error', () => undefined)
  })
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no address')
  return {
    where: { url: `http://127.0.0.1:${address.port}/`, localAddress: '127.0.0.1' },
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const answer = (socket: WebSocket, text: string) => {
  const { timestamp_ms = 1 }: { timestamp_ms?: number } = JSON.parse(text)
  socket.send(JSON.stringify({ type: 'pong', ts: 1, data: { timestamp_ms } }))
}
const plan = (over: Partial<SessionPlan> = {}): SessionPlan => ({
  kind: 'text',
  pieces: [frameBytes({ payload: '{}' })],
  frames: 1,
  endings: [],
  isClean: true,
  ...over,
})
const wrong = [frameBytes({ rsv: 1 })]

// Without this, a run that finds nothing would prove nothing.
test('a server that does as it should is no problem', async () => {
  await using server = await openServer(answer)
  expect(await runSession(plan(), server.where)).toEqual({ ending: 'lives', problem: undefined, errors: [] })
  const ended = await runSession(plan({ pieces: wrong, endings: [1002] }), server.where)
  expect(ended).toMatchObject({ ending: 1002, problem: undefined })
})

test.each<{ readonly note: string; readonly plan: SessionPlan; readonly problem: string }>([
  {
    note: 'ends with another code',
    plan: plan({ pieces: wrong, endings: [1009] }),
    problem: 'expected 1009',
  },
  { note: 'ends what has to live', plan: plan({ pieces: wrong }), problem: 'expected an answer' },
])('a server that $note is one', async ({ plan: planned, problem }) => {
  await using server = await openServer(answer)
  expect((await runSession(planned, server.where)).problem).toContain(problem)
})

test('so is one that hangs up, one that says what no schema knows, and one that forgives', async () => {
  await using rude = await openServer((socket) => socket.terminate())
  expect((await runSession(plan(), rude.where)).problem).toContain('ended with cut')
  await using odd = await openServer((socket, text) => {
    socket.send('{"type":"surprise","ts":1,"data":{}}')
    answer(socket, text)
  })
  expect((await runSession(plan(), odd.where)).problem).toContain('surprise')
  await using mild = await openServer(answer)
  const forgiven = plan({
    pieces: [frameBytes({ payload: '{"timestamp_ms":8640000000000007}' })],
    endings: [4001],
  })
  expect((await runSession(forgiven, mild.where)).problem).toContain('lives on')
})
