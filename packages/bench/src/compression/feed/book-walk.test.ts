import { expect, test } from '@jest/globals'
import { bookSchema } from '@whalecast/events'
import { BookWalk } from './book-walk.ts'

const walked = (seed: number, steps: number) => {
  const walk = new BookWalk('KXA', seed)
  return Array.from({ length: steps }, (_, ms) => {
    if (ms > 0) walk.move()
    return walk.view(ms)
  })
}

test.each([1, 2, 3])('a walk shows books that an exchange could: seed %i', (seed) => {
  for (const book of walked(seed, 300)) {
    expect(bookSchema.strict().parse(book)).toEqual(book)
    for (const side of [book.yes, book.no]) {
      const prices = side.map(({ price_cents: price }) => price)
      expect(prices).toEqual([...new Set(prices)].toSorted((a, b) => b - a))
      expect(side.length > 10 && side.length <= 20 && side.every(({ count }) => count > 0)).toBe(true)
    }
    expect(book.spread_cents).toBeGreaterThan(0)
  }
})

test('each step changes something, seldom much; the same seed walks the same way', () => {
  const books = walked(7, 500)
  const texts = books.map((book) => JSON.stringify({ ...book, timestamp_ms: 0 }))
  expect(texts.filter((text, at) => text === texts[at - 1])).toEqual([])
  const moved = books.filter((book, at) => book.mid_cents !== books[at - 1]?.mid_cents)
  expect(moved.length).toBeGreaterThan(25)
  expect(moved.length).toBeLessThan(250)
  expect(walked(7, 500)).toEqual(books)
  expect(walked(8, 1)).not.toEqual(walked(7, 1))
})
