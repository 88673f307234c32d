import { spawn, type ChildProcess } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from '@whalecast/testkit'
import type { Source } from '../frame-source/open-source.ts'
import {
  between,
  boundOf,
  histogramOf,
  parseMetrics,
  sumOf,
  type Histogram,
  type Sample,
} from '../measure/prometheus.ts'
import type { Counts, HopLatency, Subject } from '../pipeline/subject.ts'
import type { BenchRedis } from './redis.ts'
import { inRoot } from './root.ts'

/** The services' own default. */
const capacity = 100_000
const readyWithinMs = 60_000
const latency = 'whalecast_latency_seconds'
/** Where a hop's latency is measured: at its end. */
const hops = { exchange_ingest: 'ingest', ingest_tracker: 'whale-tracker' } as const
type Hop = keyof typeof hops

type RunProcess = {
  readonly name: string
  readonly pid: number | null
  readonly opsUrl: string | null
  readonly restarts: number
}
type RunFile = { readonly url: string; readonly ready: boolean; readonly processes: readonly RunProcess[] }

export type System = Subject & {
  /** Where browsers connect. */
  readonly url: string
}

/** All services, started by `npm start`'s own script, with the frame source as their exchange. */
export async function openSystem(source: Source, redis: BenchRedis): Promise<System> {
  const dataDir = await mkdtemp(join(tmpdir(), 'whalecast-bench-'))
  const keyPath = join(dataDir, 'key.pem')
  const { privateKey } = generateKeyPairSync('ed25519')
  await writeFile(keyPath, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  const script = fileURLToPath(inRoot('scripts/start.mjs'))
  const child = spawn(process.execPath, [script, '--prebuilt', '--no-env-file'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      REDIS_URL: redis.url,
      WHALECAST_DATA_DIR: dataDir,
      WHALECAST_HTTP_PORT: '0',
      WHALECAST_OPS_PORT: '0',
      WHALECAST_QUEUE_CAPACITY: String(capacity),
      KALSHI_WS_URL: source.wsUrl,
      KALSHI_API_URL: source.apiUrl,
      KALSHI_API_KEY_ID: 'bench',
      KALSHI_PRIVATE_KEY_PATH: keyPath,
      LOG_LEVEL: 'warn',
    },
  })
  const output = keepOutput(child)
  const close = async () => {
    await end(child)
    await rm(dataDir, { recursive: true, force: true })
  }
  const readRun = async (): Promise<RunFile> => JSON.parse(await readFile(join(dataDir, 'run.json'), 'utf8'))
  try {
    const run = await eventually(
      async () => {
        if (child.exitCode !== null) return undefined
        const found = await readRun()
        return found.ready && (await source.report()).subscribers > 0 && found
      },
      { timeoutMs: readyWithinMs, everyMs: 100 },
    )
    if (!run) throw new Error('npm start ended by itself')
    return { ...subjectOf(readRun, redis), url: run.url, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw new Error(`the system does not start:\n${output.last()}`, { cause: error })
  }
}

function subjectOf(readRun: () => Promise<RunFile>, redis: BenchRedis): Omit<Subject, keyof AsyncDisposable> {
  const opsOf = async (service: string) => {
    const url = (await readRun()).processes.find(({ name }) => name === service)?.opsUrl
    if (!url) throw new Error(`${service} does not run`)
    return url
  }
  const scrape = async (service: string): Promise<Sample[]> =>
    parseMetrics(await (await fetch(`${await opsOf(service)}/metrics`)).text())
  const factsOf = async (service: string): Promise<Record<string, unknown>> => {
    const response = await fetch(`${await opsOf(service)}/status`)
    const answer: { facts: Record<string, unknown> } = JSON.parse(await response.text())
    return answer.facts
  }
  const histograms = async () => {
    const found = new Map<Hop, Histogram>()
    for (const hop of hopNames) found.set(hop, histogramOf(await scrape(hops[hop]), latency, hop))
    return found
  }
  return {
    name: 'whalecast',
    capacity,
    counts: () =>
      // A tracker that has just been started again knows nothing for a moment.
      eventually(
        async () => {
          const [tracker, ingest, run] = await Promise.all([
            factsOf('whale-tracker'),
            scrape('ingest'),
            readRun(),
          ])
          const { trades_seen: seen, trade_duplicates: duplicates } = tracker
          return (
            typeof seen === 'number' &&
            typeof duplicates === 'number' &&
            counted(seen, duplicates, ingest, run)
          )
        },
        { timeoutMs: 15_000, everyMs: 100 },
      ),
    processes: async () => [
      { name: 'redis', pid: redis.pid },
      ...(await readRun()).processes.flatMap(({ name, pid, opsUrl }) =>
        pid === null ? [] : [{ name, pid, ...(opsUrl !== null && { opsUrl }) }],
      ),
    ],
    watchLatency: async () => {
      const before = await histograms()
      return async () => {
        const after = await histograms()
        return hopNames.flatMap((hop) => latencyOf(hop, before.get(hop), after.get(hop)))
      }
    },
  }
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys of a constant
const hopNames = Object.keys(hops) as Hop[]

function counted(seen: number, duplicates: number, ingest: readonly Sample[], run: RunFile): Counts {
  const isRejected = (labels: ReadonlyMap<string, string>) =>
    labels.get('outcome')?.startsWith('rejected') === true
  return {
    seen,
    duplicates,
    rejected: sumOf(ingest, 'whalecast_queue_items_total', isRejected),
    pauses: sumOf(ingest, 'whalecast_ingest_pauses_total'),
    restarts: run.processes.reduce((sum, { restarts }) => sum + restarts, 0),
  }
}

function latencyOf(hop: string, before: Histogram | undefined, after: Histogram | undefined): HopLatency[] {
  if (!before || !after) return []
  const passed = between(before, after)
  const [p50, p99] = [boundOf(passed, 0.5), boundOf(passed, 0.99)]
  return p50 === undefined || p99 === undefined ? [] : [{ hop, p50, p99 }]
}

function keepOutput(child: ChildProcess) {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (text = (text + chunk.toString()).slice(-4_000)))
  }
  return { last: () => text }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
