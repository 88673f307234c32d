import { constants, deflateRawSync } from 'node:zlib'
import { bookDelta } from '@whalecast/events'
import { deflateWindowBits } from '@whalecast/fanout/wire'
import { BookWalk } from './feed/book-walk.ts'
import { tickers } from '../fanout/shapes.ts'
import { spreadOf } from '../fanout/statistics.ts'

/** What compressing one kind of message costs at one level, on the event loop. */
export type LevelCost = {
  readonly kind: string
  readonly bytes: number
  readonly level: number
  readonly packedBytes: number
  readonly cpuMicros: number
}

const levels = [1, 2, 3, 4, 5, 6]
const turns = 50
const together = 20
const startMs = 1_790_000_000_000
const turnMs = 125

/** Compresses messages as ws-broadcast does, at each level, and tells what that takes and saves. */
export function measureLevels(repeats: number): LevelCost[] {
  const kinds = Object.entries(samples()).map(([kind, texts]) => ({
    kind,
    messages: texts.map((text) => Buffer.from(text)),
  }))
  // Until it is compiled, and the memory is there.
  for (const { messages } of kinds) for (const level of levels) compress(messages, level)
  return kinds.flatMap(({ kind, messages }) =>
    levels.map((level) => {
      const runs = Array.from({ length: repeats }, () => compress(messages, level))
      return {
        kind,
        bytes: messages.reduce((sum, { length }) => sum + length, 0) / messages.length,
        level,
        packedBytes: (runs[0]?.packedBytes ?? NaN) / messages.length,
        cpuMicros: (spreadOf(runs.map(({ cpuMicros }) => cpuMicros))?.median ?? NaN) / messages.length,
      }
    }),
  )
}

function compress(messages: readonly Buffer[], level: number) {
  const options = { level, windowBits: deflateWindowBits, finishFlush: constants.Z_SYNC_FLUSH }
  const before = process.cpuUsage()
  const packedBytes = messages.reduce((sum, message) => sum + deflateRawSync(message, options).length, 0)
  const { user, system } = process.cpuUsage(before)
  return { packedBytes, cpuMicros: user + system }
}

/** Messages of the benchmark's own books, as ws-broadcast words them. */
function samples(): Readonly<Record<string, readonly string[]>> {
  const walks = tickers.slice(0, together).map((ticker, seed) => new BookWalk(ticker, seed))
  let version = 1_000_000
  const books = walks.map((walk) => ({ version, book: walk.view(startMs) }))
  const wholes: string[][] = []
  const changes: string[][] = []
  for (let turn = 1; turn <= turns; turn += 1) {
    const ts = startMs + turn * turnMs
    const [whole, change]: [string[], string[]] = [[], []]
    for (const [at, walk] of walks.entries()) {
      walk.move()
      version += 1
      const after = { version, book: walk.view(ts) }
      const head = { ts, channel: `book:${walk.ticker}`, version }
      whole.push(JSON.stringify({ type: 'book', ...head, data: after.book }))
      change.push(JSON.stringify({ type: 'book_delta', ...head, data: bookDelta(books[at]!, after) }))
      books[at] = after
    }
    wholes.push(whole)
    changes.push(change)
  }
  const lines = (messages: readonly string[][]) => messages.map((turn) => turn.join('\n'))
  return {
    'a book': wholes.flat(),
    'a change of one': changes.flat(),
    [`${together} books, by lines`]: lines(wholes),
    [`${together} changes, by lines`]: lines(changes),
  }
}
