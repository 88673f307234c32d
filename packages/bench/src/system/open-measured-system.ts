import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, openSystem, type System } from '@whalecast/testkit'
import type { Source } from '../frame-source/open-source.ts'
import { between, boundOf, histogramOf, parseMetrics, sumOf, type Histogram } from '../measure/prometheus.ts'
import type { HopLatency, Subject } from '../pipeline/subject.ts'
import type { BenchRedis } from './redis.ts'

/** The services' own default. */
const capacity = 100_000
const latency = 'whalecast_latency_seconds'

type Status = { readonly facts: Readonly<Record<string, unknown>> }

export type MeasuredSystem = Subject & {
  /** Where browsers connect. */
  readonly url: string
}

/** All services, started by `npm start`'s own script, with the frame source as their exchange. */
export async function openMeasuredSystem(source: Source, redis: BenchRedis): Promise<MeasuredSystem> {
  const keyDir = await mkdtemp(join(tmpdir(), 'whalecast-bench-'))
  const keyPath = join(keyDir, 'key.pem')
  const { privateKey } = generateKeyPairSync('ed25519')
  await writeFile(keyPath, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  const system = await openSystem({
    REDIS_URL: redis.url,
    WHALECAST_QUEUE_CAPACITY: String(capacity),
    KALSHI_WS_URL: source.wsUrl,
    KALSHI_API_URL: source.apiUrl,
    KALSHI_API_KEY_ID: 'bench',
    KALSHI_PRIVATE_KEY_PATH: keyPath,
    LOG_LEVEL: 'warn',
  })
  const close = async () => {
    await system.close()
    await rm(keyDir, { recursive: true, force: true })
  }
  try {
    await eventually(async () => (await source.report()).subscribers > 0)
  } catch (error) {
    await close()
    throw error
  }
  return { ...subjectOf(system, redis), url: system.url, [Symbol.asyncDispose]: close }
}

function subjectOf(system: System, redis: BenchRedis): Omit<Subject, keyof AsyncDisposable> {
  const get = async (service: string, path: string) => {
    const opsUrl = system.processes().find(({ name }) => name === service)?.opsUrl
    if (!opsUrl) throw new Error(`${service} does not run`)
    return (await fetch(opsUrl + path)).text()
  }
  const scrape = async (service: string) => parseMetrics(await get(service, '/metrics'))
  const tally = () =>
    // A tracker that has just been started again knows nothing for a moment.
    eventually(
      async () => {
        const { facts }: Status = JSON.parse(await get('whale-tracker', '/status'))
        const { trades_seen: seen, trade_duplicates: duplicates } = facts
        return typeof seen === 'number' && typeof duplicates === 'number' && { seen, duplicates }
      },
      { timeoutMs: 15_000, everyMs: 100 },
    )
  const histograms = async () => {
    const [exchange, tracker] = await Promise.all([scrape('ingest'), scrape('whale-tracker')])
    return [
      { hop: 'exchange_ingest', histogram: histogramOf(exchange, latency, 'exchange_ingest') },
      { hop: 'ingest_tracker', histogram: histogramOf(tracker, latency, 'ingest_tracker') },
    ]
  }
  return {
    name: 'whalecast',
    capacity,
    seen: async () => (await tally()).seen,
    counts: async () => {
      const [tallied, ingest] = await Promise.all([tally(), scrape('ingest')])
      return {
        ...tallied,
        rejected: sumOf(ingest, 'whalecast_queue_items_total', isRejected),
        pauses: sumOf(ingest, 'whalecast_ingest_pauses_total'),
        restarts: system.processes().reduce((sum, { restarts }) => sum + restarts, 0),
      }
    },
    processes: () => [
      { name: 'redis', pid: redis.pid },
      ...system
        .processes()
        .flatMap(({ name, pid, opsUrl }) =>
          pid === null ? [] : [{ name, pid, ...(opsUrl !== null && { opsUrl }) }],
        ),
    ],
    watchLatency: async () => {
      const before = await histograms()
      return async () =>
        (await histograms()).flatMap(({ hop, histogram }, at) =>
          latencyOf(hop, between(before[at]?.histogram ?? new Map(), histogram)),
        )
    },
  }
}

function isRejected(labels: ReadonlyMap<string, string>): boolean {
  return labels.get('outcome')?.startsWith('rejected') === true
}

function latencyOf(hop: string, passed: Histogram): HopLatency[] {
  const [p50, p99] = [boundOf(passed, 0.5), boundOf(passed, 0.99)]
  return p50 === undefined || p99 === undefined ? [] : [{ hop, p50, p99 }]
}
