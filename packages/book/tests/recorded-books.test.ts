import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { BookKeeper, type Level } from '@whalecast/book'
import { expect, test } from '@jest/globals'

const recording = new URL('../../../../shared/data/kalshi_ws_kxbtc15m_20260514.jsonl.gz', import.meta.url)
const present = existsSync(recording)
const name =
  'a quarter of an hour of recorded books: none negative, none crossed, each equal to its snapshots'

type Row = readonly [price: string, count: string]
type Line = {
  readonly recv_ns: string
  readonly event?: string
  readonly frame?: {
    readonly type: string
    readonly sid: number
    readonly seq: number
    readonly msg: {
      readonly market_ticker: string
      readonly yes_dollars_fp?: readonly Row[]
      readonly no_dollars_fp?: readonly Row[]
      readonly price_dollars: string
      readonly delta_fp: string
      readonly side: 'yes' | 'no'
    }
  }
}

/** Digits without their point; the recording always writes all decimals. */
const integer = (text: string) => Number(text.replace('.', ''))
const levelsOf = (rows: readonly Row[] | undefined) =>
  rows?.map(([price, count]): Level => [integer(price), integer(count)])
const bestFirst = (levels: readonly Level[] = []) => [...levels].toSorted((one, two) => two[0] - one[0])

async function* recorded(): AsyncGenerator<Line> {
  const lines = createInterface({
    input: createReadStream(recording).pipe(createGunzip()),
    crlfDelay: Infinity,
  })
  for await (const line of lines) yield JSON.parse(line)
}

const run = present ? test : test.skip
run(present ? name : `${name} (skipped: the recording is not beside this repository)`, async () => {
  const keeper = new BookKeeper()
  // The same books once more, in maps.
  const plain = { yes: new Map<number, number>(), no: new Map<number, number>() }
  let epoch = 0
  const wrong: string[] = []
  let lockedInARow = 0
  let longestLock = 0
  for await (const { recv_ns, event, frame } of recorded()) {
    const nowMs = Number(BigInt(recv_ns) / 1_000_000n)
    if (event === 'ws_connected') {
      keeper.onClose(epoch, nowMs)
      keeper.onOpen((epoch += 1), nowMs)
    }
    if (frame === undefined) continue
    const { type, sid, seq, msg } = frame
    const origin = { epoch, sid, ticker: msg.market_ticker }
    keeper.follow([origin.ticker], nowMs)
    if (type === 'orderbook_snapshot') {
      const [yes, no] = [levelsOf(msg.yes_dollars_fp), levelsOf(msg.no_dollars_fp)]
      expect(keeper.onSnapshot({ ...origin, yes, no }, nowMs)).toBe('applied')
      const { book } = keeper.get(origin.ticker)!
      expect({ yes: book.topBids('yes'), no: book.topBids('no') }).toEqual({
        yes: bestFirst(yes),
        no: bestFirst(no),
      })
      expect([book.wasSent('yes'), book.wasSent('no')]).toEqual([yes !== undefined, no !== undefined])
      plain.yes = new Map(yes)
      plain.no = new Map(no)
    } else if (type === 'orderbook_delta') {
      const change = { side: msg.side, priceE4: integer(msg.price_dollars), deltaE2: integer(msg.delta_fp) }
      const outcome = keeper.onDelta({ ...origin, ...change }, nowMs)
      const bids = plain[change.side]
      const countE2 = (bids.get(change.priceE4) ?? 0) + change.deltaE2
      if (countE2 > 0) bids.set(change.priceE4, countE2)
      else bids.delete(change.priceE4)
      const { book } = keeper.get(origin.ticker)!
      lockedInARow = book.crossing === 'locked' ? lockedInARow + 1 : 0
      longestLock = Math.max(longestLock, lockedInARow)
      if (outcome !== 'applied' || book.crossing === 'crossed') wrong.push(`${sid}/${seq}: ${outcome}`)
      if (seq % 500 === 0) expect(book.topBids(msg.side)).toEqual(bestFirst([...bids]))
    }
  }
  expect(wrong).toEqual([])
  expect(longestLock).toBe(1)
  expect(keeper.counts).toMatchObject({
    snapshots: 4,
    bareSnapshots: 1,
    deltas: 101_703,
    dropped: { not_followed: 0, old_connection: 0, before_snapshot: 0, stale: 0 },
    stale: { negative: 0, crossed: 0, out_of_range: 0 },
    locked: 6,
    reconnects: 2,
  })
})
