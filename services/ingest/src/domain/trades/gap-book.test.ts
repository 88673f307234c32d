import { describe, expect, test } from '@jest/globals'
import { GapBook, horizonMs, restLagMs, type GapStart } from './gap-book.ts'

const t0 = 1_800_000_000_000

const hole: GapStart = {
  id: 'hole',
  cause: 'sequence',
  sinceMs: t0,
  untilMs: t0 + 400,
  hole: { from: 5, to: 7 },
}
const cut: GapStart = { id: 'cut', cause: 'disconnect', sinceMs: t0, untilMs: null }

/** One read of REST that found trades executed at these times. */
function read(book: GapBook, nowMs: number, foundAtMs: readonly number[], complete = true) {
  const pass = book.begin(nowMs)
  for (const at of foundAtMs) pass?.found(at)
  return book.end(complete).map(({ gap_id, filled, missing }) => ({ gap_id, filled, missing }))
}

describe('GapBook', () => {
  test('a gap opens with its numbers and nothing known about it', () => {
    expect(new GapBook().open(hole, t0 + 450)).toEqual({
      gap_id: 'hole',
      channel: 'trade',
      from: 5,
      to: 7,
      cause: 'sequence',
      since_ms: t0,
      until_ms: t0 + 400,
      filled: 0,
      missing: null,
    })
  })

  test.each([
    { note: 'a covered hole closes at once', found: [t0, t0 + 1, t0 + 400], filled: 3, missing: 0, open: 0 },
    {
      note: 'a hole that REST does not show yet stays open',
      found: [t0 + 1],
      filled: 1,
      missing: null,
      open: 1,
    },
    {
      note: 'trades outside the hole do not fill it',
      found: [t0 - 251, t0 + 651, t0 + 2],
      filled: 1,
      missing: null,
      open: 1,
    },
  ])('$note', ({ found, filled, missing, open }) => {
    const book = new GapBook()
    book.open(hole, t0 + 450)
    expect(read(book, t0 + 500, found)).toEqual([{ gap_id: 'hole', filled, missing }])
    expect(book.size).toBe(open)
  })

  test('what is still missing when REST cannot lag any more is stated', () => {
    const book = new GapBook()
    book.open(hole, t0 + 450)
    read(book, t0 + 500, [t0 + 1])
    expect(read(book, t0 + 450 + restLagMs, [t0 + 2])).toEqual([{ gap_id: 'hole', filled: 2, missing: 1 }])
    expect(book.size).toBe(0)
  })

  test('a cut is read for when trades flow again, and closes by a read after the lag', () => {
    const book = new GapBook()
    book.open(cut, t0 + 100)
    expect(book.begin(t0 + 1_000)).toBeUndefined()
    expect(book.nextPassAtMs).toBeUndefined()
    book.resume(t0 + 3_000)
    expect(book.nextPassAtMs).toBe(0)
    expect(read(book, t0 + 3_100, [t0 + 500])).toEqual([{ gap_id: 'cut', filled: 1, missing: null }])
    expect(book.nextPassAtMs).toBe(t0 + 3_000 + restLagMs)
    expect(read(book, t0 + 3_000 + restLagMs, [])).toEqual([{ gap_id: 'cut', filled: 1, missing: 0 }])
    expect(book.nextPassAtMs).toBeUndefined()
  })

  test('a read that failed proves nothing and is due again', () => {
    const book = new GapBook()
    book.open(hole, t0 + 450)
    expect(read(book, t0 + 500, [t0 + 1], false)).toEqual([])
    expect(book.nextPassAtMs).toBe(0)
    expect(read(book, t0 + 600, [t0 + 2, t0 + 3])).toEqual([{ gap_id: 'hole', filled: 3, missing: 0 }])
  })

  test('windows are merged into one read, with the overlap REST needs', () => {
    const book = new GapBook()
    book.open(hole, t0 + 450)
    book.open(
      { ...hole, id: 'later', sinceMs: t0 + 5_000, untilMs: t0 + 5_100, hole: { from: 9, to: 9 } },
      t0 + 5_200,
    )
    const pass = book.begin(t0 + 6_000)
    expect(pass).toMatchObject({ minTs: t0 / 1000 - 2, maxTs: Math.ceil((t0 + 7_100) / 1000) })
    expect(book.begin(t0 + 6_000)).toBeUndefined()
    pass?.found(t0 + 5_050)
    expect(book.end(true).map((gap) => [gap.gap_id, gap.missing])).toEqual([
      ['hole', null],
      ['later', 0],
    ])
  })

  test('a gap that opens during a read waits for the next one', () => {
    const book = new GapBook()
    book.open(hole, t0 + 450)
    const pass = book.begin(t0 + 500)
    book.open({ ...hole, id: 'second' }, t0 + 510)
    for (const at of [1, 2, 3]) pass?.found(t0 + at)
    expect(book.end(true).map((gap) => gap.gap_id)).toEqual(['hole'])
    expect(book.size).toBe(1)
    expect(book.nextPassAtMs).toBe(0)
  })

  test('before the horizon nothing is read, and so nothing is claimed', () => {
    const book = new GapBook()
    book.open({ ...cut, untilMs: t0 + 2 * horizonMs }, t0 + 2 * horizonMs)
    const later = t0 + 2 * horizonMs + restLagMs
    expect(book.begin(later)?.minTs).toBe(Math.floor((later - horizonMs) / 1000) - 2)
    expect(book.end(true)).toMatchObject([{ gap_id: 'cut', missing: null }])
    expect(book.size).toBe(0)
  })

  test('the oldest open gap bounds what may be called known', () => {
    const book = new GapBook()
    expect(book.openSinceMs).toBeNull()
    book.open({ ...hole, id: 'b', sinceMs: t0 + 9 }, t0 + 450)
    book.open(hole, t0 + 450)
    expect(book.openSinceMs).toBe(t0)
  })

  test('a flood of holes becomes one wide gap that still counts every number', () => {
    const book = new GapBook()
    for (let n = 0; n < 300; n++) {
      book.open(
        { ...hole, id: `g${n}`, sinceMs: t0 + n, untilMs: t0 + n, hole: { from: 2 * n, to: 2 * n } },
        t0 + n,
      )
    }
    expect(book.size).toBe(200)
    const later = t0 + 300 + restLagMs
    const told = read(book, later, [])
    expect(told.reduce((sum, gap) => sum + (gap.missing ?? 0), 0)).toBe(300)
    expect(book.size).toBe(0)
  })
})
