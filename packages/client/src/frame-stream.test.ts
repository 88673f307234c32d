import { describe, expect, jest, test } from '@jest/globals'
import { FrameStream } from './frame-stream.ts'

const frame = (n: number) => ({ n })

describe('a stream of frames', () => {
  test('hands out what came before and after the reader, in order, then ends', async () => {
    const stream = new FrameStream<{ n: number }>(10, () => undefined)
    stream.push(frame(1))
    const seen: number[] = []
    const reading = (async () => {
      for await (const { n } of stream) seen.push(n)
    })()
    stream.push(frame(2))
    await Promise.resolve()
    stream.push(frame(3))
    stream.end()
    await reading
    expect(seen).toEqual([1, 2, 3])
  })

  test('keeps the newest frames of a slow reader and counts the others', async () => {
    const stream = new FrameStream<{ n: number }>(3_000, () => undefined)
    for (let n = 0; n < 10_000; n += 1) stream.push(frame(n))
    stream.end()
    const seen: number[] = []
    for await (const { n } of stream) seen.push(n)
    expect({ first: seen[0], last: seen.at(-1), read: seen.length, dropped: stream.dropped }).toEqual({
      first: 7_000,
      last: 9_999,
      read: 3_000,
      dropped: 7_000,
    })
  })

  test('a reader that leaves lets go of everything, also of its own pending read', async () => {
    const onReturn = jest.fn()
    const stream = new FrameStream<{ n: number }>(10, onReturn)
    const pending = stream.next()
    await stream.return()
    stream.push(frame(1))
    expect(await pending).toEqual({ done: true, value: undefined })
    expect(await stream.next()).toEqual({ done: true, value: undefined })
    expect(onReturn).toHaveBeenCalledTimes(1)
  })
})
