import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { parseFrame, type ExchangeFrame } from '@whalecast/kalshi'
import { expect, test } from '@jest/globals'

const recording = new URL('../../../../shared/data/kalshi_ws_kxbtc15m_20260514.jsonl.gz', import.meta.url)
const present = existsSync(recording)
const name = 'a quarter of an hour of recorded production frames parses without a single invalid one'

async function* recordedFrames(): AsyncGenerator<string> {
  const lines = createInterface({
    input: createReadStream(recording).pipe(createGunzip()),
    crlfDelay: Infinity,
  })
  for await (const line of lines) {
    const { frame } = JSON.parse(line)
    if (frame !== undefined) yield JSON.stringify(frame)
  }
}

const run = present ? test : test.skip
run(present ? name : `${name} (skipped: the recording is not beside this repository)`, async () => {
  const kinds: Partial<Record<ExchangeFrame['kind'], number>> = {}
  const lastSeqs = new Map<number, number>()
  let holes = 0
  for await (const text of recordedFrames()) {
    const { kind, sid, seq } = parseFrame(text, 1_778_733_500_000)
    kinds[kind] = (kinds[kind] ?? 0) + 1
    if (sid === undefined || seq === undefined) continue
    // Each of the recording's connections counts from 1.
    const expected = seq === 1 ? 1 : (lastSeqs.get(sid) ?? 0) + 1
    if (seq !== expected) holes += 1
    lastSeqs.set(sid, seq)
  }
  expect(kinds).toEqual({ subscribed: 6, book_snapshot: 4, book_delta: 101_703, ticker: 842 })
  expect(holes).toBe(0)
})
