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

/** What the recording holds; the replies to commands are this run's own. */
const recordedTypes = ['orderbook_snapshot', 'orderbook_delta', 'ticker']
const ofType = (frames: Map<string, number>, type: string) =>
  total([...frames].filter(([labels]) => labels.includes(`type="${type}"`)).map(([, count]) => count))
const total = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0)

;(recorded ? test : test.skip)(
  `real recorded frames go through the system with no parse error, every one accounted for${unlessRecorded}`,
  async () => {
    await using system = await openSystem({
      SIM_REPLAY_FILE: recording,
      SIM_REPLAY_SPEED: '0',
      WHALECAST_BOOK_MARKETS: 'KXBTC15M-26MAY140045-45,KXBTC15M-26MAY140100-00',
    })
    type Sim = { frames_sent: Record<string, number>; replay?: { finished: number } }
    type Ingest = { facts: { frames_read: number } }
    const readAll = async () => ({
      sim: await json<Sim>(opsUrl(system, 'exchange-sim', '/status')),
      metrics: await (await fetch(opsUrl(system, 'ingest', '/metrics'))).text(),
      ingest: await json<Ingest>(opsUrl(system, 'ingest', '/status')),
    })
    const { frames, sent } = await eventually(
      async () => {
        const { sim, metrics, ingest } = await readAll()
        const read = samples(metrics, 'whalecast_ingest_frames_total')
        const arrived = recordedTypes.every((type) => ofType(read, type) === (sim.frames_sent[type] ?? 0))
        // Every frame that was read is counted once, whatever became of it.
        const accounted = total(read.values()) === ingest.facts.frames_read
        const finished = (sim.replay?.finished ?? 0) > 0
        return arrived && accounted && finished && { frames: read, sent: sim.frames_sent }
      },
      { timeoutMs: 90_000, everyMs: 200 },
    )
    expect(sent['orderbook_delta']).toBeGreaterThan(100_000)
    const refused = [...frames].filter(([labels, count]) => /invalid|unknown/.test(labels) && count > 0)
    expect(refused).toEqual([])
  },
  120_000,
)
