import { describe, expect, test } from '@jest/globals'
import { BookWalk } from '../feed/book-walk.ts'
import { compareBooks, SeenBooks } from './seen-books.ts'

const walk = new BookWalk('KXA', 1)
const books = [1, 2, 3].map((version) => {
  walk.move()
  return { version, book: walk.view(version) }
})
const [first, second, third] = books

/** Of a client that has had all of them. */
function all() {
  const seen = new SeenBooks()
  for (const { version, book } of books) seen.add(version, book)
  return seen
}
const published = all().report()

describe('what two clients had, held against what was published', () => {
  const seenBy = (...clients: readonly (typeof books)[]) => {
    const seen = new SeenBooks()
    for (const { version, book } of clients.flat()) seen.add(version, structuredClone(book))
    return compareBooks(published, seen.report(), 2)
  }

  test.each([
    { note: 'all', others: books, expected: { wrong: 0, missed: 0, behind: 0 } },
    { note: 'one passed over', others: [first!, third!], expected: { wrong: 0, missed: 1, behind: 0 } },
    { note: 'not the newest', others: [first!, second!], expected: { wrong: 0, missed: 1, behind: 1 } },
    {
      note: 'a level that is not so',
      others: [first!, second!, { ...third!, book: { ...third!.book, yes_depth: -1 } }],
      expected: { wrong: 1, missed: 1, behind: 1 },
    },
    {
      note: 'a book under the version of another',
      others: [first!, { ...second!, book: first!.book }, third!],
      expected: { wrong: 1, missed: 1, behind: 0 },
    },
    { note: 'one twice', others: [first!, ...books], expected: { wrong: 1, missed: 0, behind: 0 } },
  ])('$note', ({ others, expected }) => {
    expect(seenBy(books, others)).toEqual(expected)
  })
})
