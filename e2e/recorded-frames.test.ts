import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { eventually, openSystem } from '@whalecast/testkit'
import { json, opsUrl } from './exchange-admin.ts'

const recording = fileURLToPath(
  new URL('../../shared/data/kalshi_ws_kxbtc15m_20260514.jsonl.gz', import.meta.url),
)
const recorded = existsSync(recording)
const unlessRecorded = recorded ? '' : ' (skipped: the recording is not on this machine)'

/** Samples of one metric by their labels. */
function samples(metrics: string, name: string): Map<string, number> {
  const found = new Map<string, number>()
  for (const line of metrics.split('\n')) {
    const match = new RegExp(`^${name}\\{(.*)\\} (\\d+)$`).exec(line)
    if (match) found.set(match[1]!, Number(match[2]))
  }
  return found
}

const total = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0)

;(recorded ? test : test.skip)(
  `real recorded frames go through the system with no parse error, every one accounted for${unlessRecorded}`,
  async () => {
    await using system = await openSystem({
      SIM_REPLAY_FILE: recording,
      SIM_REPLAY_SPEED: '0',
      WHALECAST_BOOK_MARKETS: 'KXBTC15M-26MAY140045-45,KXBTC15M-26MAY140100-00',
    })
    const sim = opsUrl(system, 'exchange-sim', '/status')
    const ingest = opsUrl(system, 'ingest', '/metrics')
    type Status = { frames_sent: Record<string, number>; replay?: { finished: number } }
    const sent = await eventually(
      async () => {
        const status = await json<Status>(sim)
        return (status.replay?.finished ?? 0) > 0 && status.frames_sent
      },
      { timeoutMs: 60_000, everyMs: 200 },
    )
    const frames = await eventually(
      async () => {
        const text = await (await fetch(ingest)).text()
        const read = samples(text, 'whalecast_ingest_frames_total')
        return total(read.values()) >= total(Object.values(sent)) && read
      },
      { timeoutMs: 30_000, everyMs: 200 },
    )
    expect(sent['orderbook_delta']).toBeGreaterThan(100_000)
    expect(total(frames.values())).toBe(total(Object.values(sent)))
    const rejected = [...frames].filter(([labels, count]) => /invalid|unknown/.test(labels) && count > 0)
    expect(rejected).toEqual([])
    const deltas = [...frames].filter(([labels]) => /orderbook_delta|book_delta/.test(labels))
    expect(total(deltas.map(([, count]) => count))).toBe(sent['orderbook_delta'])
  },
  120_000,
)
