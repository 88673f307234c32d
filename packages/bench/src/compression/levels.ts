import { constants, deflateRawSync } from 'node:zlib'
import { deflateWindowBits } from '@whalecast/fanout/wire'
import { BookWalk } from './feed/book-walk.ts'
import { tickers } from '../fanout/shapes.ts'

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
      const before = process.cpuUsage()
      let packedBytes = 0
      for (let n = 0; n < repeats; n += 1) packedBytes = compress(messages, level)
      const { user, system } = process.cpuUsage(before)
      return {
        kind,
        bytes: messages.reduce((sum, { length }) => sum + length, 0) / messages.length,
        level,
        packedBytes: packedBytes / messages.length,
        cpuMicros: (user + system) / repeats / messages.length,
      }
    }),
  )
}

function compress(messages: readonly Buffer[], level: number): number {
  const options = { level, windowBits: deflateWindowBits, finishFlush: constants.Z_SYNC_FLUSH }
  return messages.reduce((sum, message) => sum + deflateRawSync(message, options).length, 0)
}

/** Messages of the benchmark's own books. */
function samples(): Readonly<Record<string, readonly string[]>> {
  const walks = tickers.slice(0, together).map((ticker, seed) => new BookWalk(ticker, seed))
  let version = 1_000_000
  const wholes = Array.from({ length: turns }, (_, turn) =>
    walks.map((walk) => {
      walk.move()
      version += 1
      const ts = 1_790_000_000_000 + turn * 125
      return JSON.stringify({
        type: 'book',
        ts,
        channel: `book:${walk.ticker}`,
        version,
        data: walk.view(ts),
      })
    }),
  )
  return { 'a book': wholes.flat(), [`${together} books, by lines`]: wholes.map((turn) => turn.join('\n')) }
}
