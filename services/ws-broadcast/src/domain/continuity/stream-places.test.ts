import { describe, expect, test } from '@jest/globals'
import { FrameEncoder } from '@whalecast/fanout'
import { markOf, parsePlaces, StreamPlaces } from './stream-places.ts'

const encoder = new FrameEncoder({
  frameText: (payload) => ({ bytes: Buffer.concat([Buffer.from('##'), payload]), headerBytes: 2 }),
  now: () => 1,
  onEncode: () => undefined,
})
const whale = (offset: number) =>
  encoder.encode({ type: 'whale', channel: 'whales', epoch: 3, offset, prev: offset - 1, data: {} }, 'log')
const connection = (positions: object) =>
  encoder.encode({ type: 'connection', data: { positions } }, 'control')
const subscribed = (channels: readonly string[], resumed?: object) =>
  encoder.encode({ type: 'subscribed', data: { channels, resumed } }, 'control')
const ping = (positions: object) => encoder.encode({ type: 'ping', data: { positions } }, 'control')
const gap = (from: number, to: number) =>
  encoder.encode({ type: 'gap', channel: 'whales', data: { channel: 'whales', epoch: 3, from, to } }, 'log')

function follow(places: StreamPlaces, ...frames: readonly ReturnType<typeof whale>[]): string {
  places.take(frames.flatMap((frame) => markOf(frame) ?? []))
  return places.id
}
const at = (offset: number) => ({ epoch: 3, offset })

describe('the place of a client', () => {
  test('begins where the replica is, follows the entries, and is taken from pings where nothing comes', () => {
    const places = new StreamPlaces(['whales', 'feed'], {})
    expect(places.id).toBe('')
    const positions = { whales: at(7), feed: at(2), system: at(90) }
    expect(follow(places, connection(positions), subscribed(['whales', 'feed', 'tape']))).toBe(
      'whales.3.7,feed.3.2',
    )
    expect(follow(places, whale(8), whale(9))).toBe('whales.3.9,feed.3.2')
    expect(follow(places, ping({ whales: at(9), feed: at(5), system: at(99) }))).toBe('whales.3.9,feed.3.5')
  })

  test('a snapshot that breaks off goes on where it broke off', () => {
    const places = new StreamPlaces(['whales'], {})
    expect(follow(places, connection({ whales: at(50) }), subscribed(['whales']), whale(41))).toBe(
      'whales.3.41',
    )
    expect(follow(places, whale(50))).toBe('whales.3.50')
  })

  test('who comes back stands at its own place until what it missed was sent', () => {
    const places = new StreamPlaces(['whales', 'feed'], { whales: at(7) })
    const head = { whales: at(100), feed: at(2) }
    expect(follow(places, connection(head), subscribed(['feed']))).toBe('whales.3.7,feed.3.2')
    expect(follow(places, ping(head))).toBe('whales.3.7,feed.3.2')
    expect(follow(places, whale(8))).toBe('whales.3.8,feed.3.2')
    const resumed = { whales: { ...at(100), recovered: true } }
    expect(follow(places, subscribed(['feed', 'whales'], resumed))).toBe('whales.3.100,feed.3.2')
    expect(follow(places, ping({ whales: at(101), feed: at(2) }))).toBe('whales.3.101,feed.3.2')
  })

  test('what was said to be lost is not asked for again; another epoch is another place', () => {
    const places = new StreamPlaces(['whales'], { whales: { epoch: 2, offset: 900 } })
    expect(follow(places, gap(1, 40))).toBe('whales.3.40')
  })

  test('a log that has not begun has no place', () => {
    const places = new StreamPlaces(['whales'], {})
    expect(follow(places, connection({ whales: { epoch: 0, offset: 0 } }))).toBe('')
  })
})

test('frames of other classes and without a place say nothing', () => {
  expect(markOf(encoder.encode({ type: 'trade', channel: 'tape', data: {} }, 'tape'))).toBeUndefined()
  expect(markOf(encoder.encode({ type: 'error', data: {} }, 'control'))).toBeUndefined()
  const processing = { type: 'whale_processing', channel: 'decisions', data: {} }
  expect(markOf(encoder.encode(processing, 'log'))).toBeUndefined()
})

test.each([
  { text: 'whales.3.1234', expected: { whales: { epoch: 3, offset: 1_234 } } },
  {
    text: 'whales.3.1,feed.2.0',
    expected: { whales: { epoch: 3, offset: 1 }, feed: { epoch: 2, offset: 0 } },
  },
  { text: '', expected: undefined },
  { text: '17', expected: undefined },
  { text: 'whales.3', expected: undefined },
  { text: 'whales.3.-1', expected: undefined },
  { text: 'whales.3.1,whales.3.2', expected: undefined },
  { text: 'whales.3.1,', expected: undefined },
  { text: '__proto__.3.1', expected: undefined },
  { text: 'whales.3.1234567890123456', expected: undefined },
])('an id as it comes back: $text', ({ text, expected }) => {
  expect(parsePlaces(text)).toEqual(expected)
})
