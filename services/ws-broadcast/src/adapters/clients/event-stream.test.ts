import { expect, test } from '@jest/globals'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { Batch, FrameEncoder } from '@whalecast/fanout'
import { StreamPlaces } from '../../domain/continuity/stream-places.ts'
import { eventStream } from './event-stream.ts'

const encoder = new FrameEncoder({
  frameText: (payload) => ({ bytes: Buffer.concat([Buffer.from('##'), payload]), headerBytes: 2 }),
  now: () => 1,
  onEncode: () => undefined,
})
const whale = (offset: number) =>
  encoder.encode({ type: 'whale', channel: 'whales', epoch: 3, offset, prev: offset - 1, data: {} }, 'log')

/** A response without a connection; what is written to it is kept as it is. */
function open() {
  const written: unknown[] = []
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  response.write = (chunk: unknown) => written.push(chunk) > 0
  response.end = (chunk: unknown) => {
    written.push(chunk)
    return response
  }
  let nowMs = 0
  const stream = eventStream(response, {
    places: new StreamPlaces(['whales'], {}),
    retryMs: 1_000,
    now: () => nowMs,
  })
  const closeAt = (atMs: number) => {
    nowMs = atMs
    stream.close(1012, 'down')
    response.emit('close')
  }
  const write = (batch: Batch) => stream.write(batch, () => undefined)
  return { written, write, closeAt }
}

test('the text of a batch is one buffer for all streams; the place behind it is each one’s own, when it moved', () => {
  const [one, two] = [open(), open()]
  const first = new Batch([whale(1), whale(2)])
  expect(one.write(first)).toBe(two.write(first))
  expect(one.written[0]).toBe(two.written[0])
  expect(String(one.written[0]).match(/^data: .*$/gm)).toHaveLength(2)
  expect(one.written[1]).toBe('id: whales.3.2\n\n')
  const trade = new Batch([encoder.encode({ type: 'trade', channel: 'tape', data: {} }, 'tape')])
  one.write(trade)
  expect(one.written).toHaveLength(3)
  two.write(new Batch([whale(3)]))
  two.write(trade)
  expect(two.written[4]).toBe(one.written[2])
})

test('a heartbeat is a comment', () => {
  const { written, write } = open()
  write(new Batch([encoder.encode({ type: 'ping', data: { positions: {} } }, 'control')]))
  expect(written.map(String)).toEqual([': ping\n\n'])
})

test.each([
  { note: 'in its slot', atMs: 40_000, retry: 1_000 },
  { note: 'before its slot', atMs: 3_000, retry: 37_000 },
])('who is sent away $note comes back then', ({ atMs, retry }) => {
  const { written, write, closeAt } = open()
  const data = { reason: 'down', reconnect_after_ms: 40_000 }
  write(new Batch([encoder.encode({ type: 'goaway', data }, 'control')]))
  closeAt(atMs)
  expect(String(written[0])).toContain('"type":"goaway"')
  expect(written[1]).toBe(`retry: ${retry}\n: closed, 1012 down\n\n`)
})
