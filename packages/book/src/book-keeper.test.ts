import { describe, expect, test } from '@jest/globals'
import { BookKeeper } from './book-keeper.ts'
import type { BookLevels } from './order-book.ts'

const [a, b, c] = ['MARKET-A', 'MARKET-B', 'MARKET-C'] as const
const levels: BookLevels = { yes: [[4_000, 100]], no: [[5_000, 100]] }

/** A keeper with an open socket, and short ways to show it frames of subscription 1. */
class Scene {
  readonly keeper = new BookKeeper({ snapshotWithinMs: 1_000 })
  nowMs = 0
  epoch = 1
  sid = 1

  constructor(...tickers: string[]) {
    this.keeper.follow(tickers, 0)
    this.keeper.onOpen(1, 0)
  }

  snapshot(ticker: string, book: BookLevels = levels) {
    return this.keeper.onSnapshot({ epoch: this.epoch, sid: this.sid, ticker, ...book }, this.nowMs)
  }

  delta(ticker: string, priceE4 = 4_000, deltaE2 = 10) {
    const { epoch, sid, nowMs } = this
    return this.keeper.onDelta({ epoch, sid, ticker, side: 'yes', priceE4, deltaE2 }, nowMs)
  }

  state(ticker: string) {
    return this.keeper.get(ticker)?.state
  }

  yes(ticker: string) {
    return this.keeper.get(ticker)?.book.topBids('yes')
  }
}

/** A scene in which both markets are live since 5 ms, and the clock stands at 10 ms. */
function live(): Scene {
  const scene = new Scene(a, b)
  scene.nowMs = 5
  expect([scene.snapshot(a), scene.snapshot(b)]).toEqual(['applied', 'applied'])
  scene.nowMs = 10
  return scene
}

describe('a book in order', () => {
  test('waits, becomes live with its snapshot, and follows its deltas', () => {
    const scene = new Scene(a)
    expect(scene.state(a)).toEqual({ type: 'waiting', sinceMs: 0 })
    scene.nowMs = 7
    expect(scene.snapshot(a)).toBe('applied')
    scene.nowMs = 9
    expect(scene.delta(a)).toBe('applied')
    expect(scene.state(a)).toEqual({ type: 'live', sinceMs: 7 })
    expect(scene.keeper.get(a)?.changedAtMs).toBe(9)
    expect(scene.yes(a)).toEqual([[4_000, 110]])
    expect(scene.keeper.counts).toMatchObject({ snapshots: 1, deltas: 1 })
  })

  test('a delta ahead of the snapshot is dropped and counted, and is not in the book later', () => {
    const scene = new Scene(a)
    expect(scene.delta(a)).toBe('before_snapshot')
    scene.snapshot(a)
    expect(scene.yes(a)).toEqual(levels.yes)
    expect(scene.keeper.counts.dropped).toMatchObject({ before_snapshot: 1, stale: 0 })
  })

  test('lives on changes alone, however long ago its snapshot was', () => {
    const scene = live()
    for (scene.nowMs = 10; scene.nowMs < 3_600_000; scene.nowMs += 60_000)
      expect(scene.delta(a)).toBe('applied')
    expect(scene.state(a)).toEqual({ type: 'live', sinceMs: 5 })
    expect(scene.keeper.needsSnapshot(scene.nowMs)).toEqual([])
    // Neither does silence make it stale: nothing changed.
    expect(scene.state(b)?.type).toBe('live')
  })

  test('markets that nobody follows, or no more, take no memory', () => {
    const scene = live()
    scene.keeper.unfollow([b])
    expect([scene.snapshot(b), scene.delta(b), scene.snapshot(c)]).toEqual(Array(3).fill('not_followed'))
    expect([...scene.keeper.books()].map(({ ticker }) => ticker)).toEqual([a])
    expect(scene.keeper.counts.dropped.not_followed).toBe(3)
  })

  test('to follow again what is followed changes nothing', () => {
    const scene = live()
    scene.keeper.follow([a, c], 10)
    expect(scene.keeper.census()).toEqual({ waiting: 1, live: 2, stale: 0 })
  })

  test('a snapshot of neither side is an empty book, and counted', () => {
    const scene = live()
    expect(scene.snapshot(a, {})).toBe('applied')
    expect([scene.state(a)?.type, scene.yes(a)]).toEqual(['live', []])
    expect(scene.snapshot(b, { yes: [] })).toBe('applied')
    expect(scene.keeper.counts.bareSnapshots).toBe(1)
  })
})

describe('a hole in a subscription', () => {
  test('makes all its books stale until each has its snapshot', () => {
    const scene = live()
    expect(scene.keeper.onLoss({ epoch: 1, sid: 1 }, 'sequence_hole', 10)).toEqual([a, b])
    expect(scene.state(a)).toEqual({ type: 'stale', reason: 'sequence_hole', sinceMs: 10 })
    expect([scene.delta(a), scene.delta(b)]).toEqual(['stale', 'stale'])
    expect(scene.keeper.needsSnapshot(10)).toEqual([a, b])
    scene.nowMs = 20
    scene.snapshot(a)
    expect(scene.keeper.needsSnapshot(20)).toEqual([b])
    expect([scene.delta(a), scene.delta(b)]).toEqual(['applied', 'stale'])
    expect(scene.state(a)).toEqual({ type: 'live', sinceMs: 20 })
    expect(scene.yes(b)).toEqual(levels.yes)
    expect(scene.keeper.counts).toMatchObject({ dropped: { stale: 3 }, stale: { sequence_hole: 2 } })
  })

  test.each([
    { note: 'another subscription', origin: { epoch: 1, sid: 2 } },
    { note: 'another connection', origin: { epoch: 2, sid: 1 } },
  ])('of $note is none of its', ({ origin }) => {
    const scene = live()
    expect(scene.keeper.onLoss(origin, 'sequence_hole', 10)).toEqual([])
    expect(scene.keeper.census().live).toBe(2)
  })

  test('a second loss keeps the first reason and time, and is counted once', () => {
    const scene = live()
    scene.keeper.onLoss({ epoch: 1, sid: 1 }, 'invalid_frame', 10)
    expect(scene.keeper.onLoss({ epoch: 1, sid: 1 }, 'sequence_hole', 11)).toEqual([])
    expect(scene.state(a)).toEqual({ type: 'stale', reason: 'invalid_frame', sinceMs: 10 })
    expect(scene.keeper.counts.stale).toMatchObject({ invalid_frame: 2, sequence_hole: 0 })
  })

  test('a subscription made anew takes its books along', () => {
    const scene = live()
    scene.keeper.onLoss({ epoch: 1, sid: 1 }, 'subscription_lost', 10)
    scene.sid = 2
    scene.snapshot(a)
    expect(scene.keeper.onLoss({ epoch: 1, sid: 1 }, 'sequence_hole', 11)).toEqual([])
    expect(scene.keeper.onLoss({ epoch: 1, sid: 2 }, 'sequence_hole', 12)).toEqual([a])
  })
})

describe('what cannot be true', () => {
  test.each([
    { note: 'more is taken than there was', priceE4: 4_000, deltaE2: -101, reason: 'negative' },
    { note: 'a price is none', priceE4: 10_000, deltaE2: 1, reason: 'out_of_range' },
    { note: 'bids of more than a dollar rest together', priceE4: 5_001, deltaE2: 1, reason: 'crossed' },
  ])('makes the book stale: $note', ({ priceE4, deltaE2, reason }) => {
    const scene = live()
    expect(scene.delta(a, priceE4, deltaE2)).toBe(reason)
    expect(scene.state(a)).toEqual({ type: 'stale', reason, sinceMs: 10 })
    expect(scene.state(b)?.type).toBe('live')
    expect(scene.keeper.needsSnapshot(10)).toEqual([a])
    expect(scene.keeper.counts.stale).toMatchObject({ [reason]: 1 })
  })

  test('a locked book stays live: it lasts from one frame of a match to the next', () => {
    const scene = live()
    expect([scene.delta(a, 5_000, 1), scene.delta(a, 5_000, -1)]).toEqual(['applied', 'applied'])
    expect(scene.keeper.counts).toMatchObject({ locked: 1, crossed: 0 })
    expect(scene.state(a)?.type).toBe('live')
  })

  test('a snapshot that is no book leaves what was there, stale', () => {
    const scene = live()
    expect(scene.snapshot(a, { yes: [[0, 1]] })).toBe('out_of_range')
    expect([scene.state(a)?.type, scene.yes(a)]).toEqual(['stale', levels.yes])
    expect(scene.keeper.counts.snapshots).toBe(2)
  })

  test('a snapshot that is no book ends the waiting: another is asked for at once', () => {
    const scene = new Scene(a)
    expect(scene.snapshot(a, { no: [[5_000, -1]] })).toBe('negative')
    expect(scene.keeper.needsSnapshot(0)).toEqual([a])
    expect(scene.delta(a)).toBe('stale')
  })

  test('a book crossed by the exchange’s own word is not asked for again and again', () => {
    const scene = live()
    expect(scene.snapshot(a, { yes: [[6_000, 5]], no: [[5_000, 5]] })).toBe('applied')
    expect(scene.delta(a, 6_000, 1)).toBe('applied')
    expect([scene.state(a)?.type, scene.keeper.get(a)?.book.crossing]).toEqual(['live', 'crossed'])
    expect(scene.delta(a, 6_000, -6)).toBe('applied')
    expect(scene.delta(a, 6_000, 1)).toBe('crossed')
    expect(scene.keeper.counts).toMatchObject({ crossed: 3, stale: { crossed: 1 } })
  })
})

describe('connections', () => {
  test('a repeated snapshot is no reconnect: counters and the other books stay', () => {
    const scene = live()
    scene.delta(b)
    scene.nowMs = 30
    for (const _ of [1, 2, 3]) scene.snapshot(a)
    expect(scene.state(a)).toEqual({ type: 'live', sinceMs: 5 })
    expect(scene.yes(b)).toEqual([[4_000, 110]])
    expect(scene.keeper.counts).toMatchObject({ snapshots: 5, deltas: 1, reconnects: 0 })
  })

  test('a closed socket makes live books stale, keeps what they knew, and asks for nothing', () => {
    const scene = live()
    scene.keeper.follow([c], 10)
    expect(scene.keeper.onClose(1, 10)).toEqual([a, b])
    expect(scene.state(a)).toEqual({ type: 'stale', reason: 'disconnected', sinceMs: 10 })
    expect([scene.state(c)?.type, scene.yes(a)]).toEqual(['waiting', levels.yes])
    expect(scene.keeper.needsSnapshot(99_999)).toEqual([])
    expect(scene.snapshot(a)).toBe('old_connection')
  })

  test('a new epoch clears every book, the markets stay followed', () => {
    const scene = live()
    scene.keeper.onClose(1, 10)
    scene.keeper.onOpen(2, 20)
    expect([scene.state(a), scene.yes(a)]).toEqual([{ type: 'waiting', sinceMs: 20 }, []])
    expect(scene.keeper.get(a)?.changedAtMs).toBeNull()
    // The same number, but of a subscription that has told nothing of these markets yet.
    expect(scene.keeper.onLoss({ epoch: 2, sid: 1 }, 'sequence_hole', 20)).toEqual([])
    scene.epoch = 2
    expect([scene.delta(a), scene.snapshot(a), scene.delta(a)]).toEqual([
      'before_snapshot',
      'applied',
      'applied',
    ])
    expect(scene.keeper.counts).toMatchObject({ reconnects: 1, stale: { disconnected: 2 } })
  })

  test('is seen though a market never had a snapshot on the connection before', () => {
    const scene = live()
    scene.keeper.follow([c], 10)
    scene.keeper.onOpen(2, 20)
    expect(scene.keeper.census()).toEqual({ waiting: 3, live: 0, stale: 0 })
    expect(scene.keeper.counts.reconnects).toBe(1)
  })

  test('frames of an older connection, its end and its holes concern nobody', () => {
    const scene = live()
    scene.keeper.onOpen(2, 20)
    expect([scene.snapshot(a), scene.delta(a)]).toEqual(['old_connection', 'old_connection'])
    scene.epoch = 2
    scene.snapshot(a)
    expect(scene.keeper.onClose(1, 21)).toEqual([])
    expect(scene.keeper.onLoss({ epoch: 1, sid: 1 }, 'sequence_hole', 21)).toEqual([])
    scene.keeper.onOpen(1, 22)
    expect(scene.state(a)?.type).toBe('live')
    expect(scene.keeper.counts.dropped.old_connection).toBe(2)
  })

  test('an opening that nobody told of is seen by its first frame', () => {
    const scene = live()
    scene.epoch = 2
    expect(scene.delta(a)).toBe('before_snapshot')
    expect(scene.keeper.census()).toEqual({ waiting: 2, live: 0, stale: 0 })
    expect(scene.keeper.counts.reconnects).toBe(1)
  })

  test('nothing is asked for before the socket opened, and a first snapshot only when it is overdue', () => {
    const keeper = new BookKeeper({ snapshotWithinMs: 1_000 })
    keeper.follow([a], 0)
    expect(keeper.needsSnapshot(5_000)).toEqual([])
    keeper.onOpen(1, 5_000)
    keeper.follow([b], 5_500)
    expect([keeper.needsSnapshot(5_999), keeper.needsSnapshot(6_000), keeper.needsSnapshot(6_500)]).toEqual([
      [],
      [a],
      [a, b],
    ])
  })
})
