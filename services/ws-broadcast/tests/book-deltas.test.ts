import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { applyBookDelta, type Book } from '@whalecast/events'
import { watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { connectClient, type TestClient } from './support/connect-client.ts'
import { openBroadcast } from './support/open-broadcast.ts'
import { sampleBook } from './support/samples.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

const bare = { query: '?defaults=off' }
const ladder = (best: number, counts: readonly number[]) =>
  counts.map((count, index) => ({ price_cents: best - index, count }))
const bookOf = (version: number): Book => ({
  ...sampleBook('KXA', 40),
  yes: ladder(40 + (version % 3), [version, 5, 7, 11, 13, 17, 19, 23, 29, 31]),
  no: ladder(55, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
  timestamp_ms: 1_790_000_000_000 + version,
})

/** What a client holds that does as the protocol says. */
function heldBy(client: TestClient): { version: number; book: Book; asks: boolean } | undefined {
  let held: { version: number; book: Book; asks: boolean } | undefined
  for (const { type, version = 0, data } of client.frames) {
    if (type === 'book') held = { version, book: data, asks: false }
    if (type !== 'book_delta' || !held) continue
    if (data.base_version === held.version)
      held = { ...held, version: data.version, book: applyBookDelta(held.book, data) }
    else held = { ...held, asks: data.version !== held.version }
  }
  return held
}

async function openBook() {
  const clock = { nowMs: 1_000_000 }
  const broadcast = await openBroadcast({ now: () => clock.nowMs, config: { pingIntervalMs: 100 } })
  const put = (version: number, term = 1) =>
    broadcast.bus.put(
      'book',
      { type: 'book', data: bookOf(version) },
      { fence: { owner: 'test', term }, version, key: 'KXA' },
    )
  /** One that is not paced away. */
  const next = async (version: number, term = 1) => {
    clock.nowMs += 1_000
    await put(version, term)
  }
  return { broadcast, put, next, clock, [Symbol.asyncDispose]: () => broadcast.stop() }
}

test('a book comes whole once, then as changes that are made once for all who ask; together they are what was published', async () => {
  await using system = await openBook()
  const { broadcast, put, next } = system
  await put(1)
  using whole = await connectClient(broadcast.url, bare)
  using one = await connectClient(broadcast.url, bare)
  using two = await connectClient(broadcast.url, bare)
  whole.send({ type: 'subscribe', channels: ['book:KXA'] })
  for (const client of [one, two]) client.send({ type: 'subscribe', channels: ['book:KXA'], delta: true })
  for (const client of [whole, one, two]) await client.until(() => client.of('book').length === 1)
  for (let version = 2; version <= 9; version++) {
    await next(version)
    await whole.until(() => whole.of('book').at(-1)?.version === version)
  }
  for (const client of [one, two]) await client.until(() => client.of('book_delta').length === 8)
  expect(heldBy(one)).toEqual({ version: 9, book: bookOf(9), asks: false })
  expect(one.of('book_delta').map(({ text }) => text)).toEqual(two.of('book_delta').map(({ text }) => text))
  expect(one.of('book')).toHaveLength(1)
  expect(await broadcast.metric('ws_frames_encoded_total', { type: 'book_delta' })).toBe(8)
  const bytes = (frames: readonly { text: string }[]) =>
    frames.reduce((sum, { text }) => sum + text.length, 0)
  expect(bytes(one.of('book_delta')) / bytes(whole.of('book').slice(1))).toBeLessThan(0.5)

  one.send({ type: 'resync', channel: 'book:KXA' })
  await one.until(() => one.of('book').length === 2)
  expect(one.of('book')[1]?.text).toBe(whole.of('book').at(-1)?.text)

  // Another keeper of the book counts anew: everybody gets it whole.
  await next(1, 2)
  await two.until(() => two.of('book').length === 2)
  expect(heldBy(two)).toMatchObject({ version: 1, book: bookOf(1) })
  await next(2, 2)
  await two.until(() => two.of('book_delta').length === 9)
  expect(heldBy(two)).toEqual({ version: 2, book: bookOf(2), asks: false })

  // The other form of the channel takes its place.
  two.send({ type: 'subscribe', channels: ['book:KXA'] })
  await two.until(() => two.of('book').length === 3)
  one.send({ type: 'unsubscribe', channels: ['book:KXA'] })
  await one.until(() => one.of('subscribed').length === 2)
  const made = await broadcast.metric('ws_frames_encoded_total', { type: 'book_delta' })
  await next(3, 2)
  await two.until(() => two.of('book').length === 4)
  expect(await broadcast.metric('ws_frames_encoded_total', { type: 'book_delta' })).toBe(made)
})

test('a client that wants less gets the newest book when it is due, whole where a change would leave one out', async () => {
  await using system = await openBook()
  const { broadcast, put, next } = system
  await put(1)
  using slow = await connectClient(broadcast.url, bare)
  using fast = await connectClient(broadcast.url, bare)
  slow.send({ type: 'subscribe', channels: ['book:KXA'], delta: true, max_hz: 5 })
  fast.send({ type: 'subscribe', channels: ['book:KXA'] })
  for (const client of [slow, fast]) await client.until(() => client.of('book').length === 1)
  expect(slow.of('subscribed')[0]?.data).toEqual({ channels: ['book:KXA'], max_hz: { 'book:KXA': 5 } })
  for (let version = 2; version <= 40; version++) {
    await next(version)
    await fast.until(() => fast.of('book').at(-1)?.version === version)
  }
  await slow.until(() => heldBy(slow)?.version === 40)
  expect(heldBy(slow)).toEqual({ version: 40, book: bookOf(40), asks: false })
  const told = slow.of('book').length + slow.of('book_delta').length
  expect(told + (await broadcast.metric('ws_conflated_total', { where: 'rate' }))).toBe(40)
  expect(told).toBeLessThan(40)
})
