import { fileURLToPath } from 'node:url'
import { eventually } from '@whalecast/testkit'
import { openBaseline } from '../baseline/open-baseline.ts'
import { openSource, type Source } from '../frame-source/open-source.ts'
import { limitCores } from '../measure/cores.ts'
import { openBenchRedis } from '../system/redis.ts'
import { openSystem, type System } from '../system/open-system.ts'
import type { PipelineOptions } from './options.ts'
import { takeProfiles, type ProcessProfile } from '../profile/take-profiles.ts'
import { inRoot } from '../system/root.ts'
import { memoryOf, type Memory } from './memory.ts'
import { highestHeld } from './search.ts'
import type { Subject } from './subject.ts'
import { measureWindow, type Window, type WindowOptions } from './window.ts'

/** The claim is made for a machine of this size. */
const claimedCores = 2
const growth = 1.5
const floor = 100
/** Of the highest rate, for filling memories: fast, and far from the edge. */
const easy = 0.7

export type Machine = {
  readonly cores: number
  readonly cpu: string
  readonly node: string
  readonly redis: string
  readonly platform: string
}

export type Found = {
  readonly name: string
  /** The highest rate that was held; 0 for none. */
  readonly rate: number
  /** The last window in which it was. */
  readonly best: Window | undefined
  readonly windows: readonly Window[]
}

export type PipelineResult = {
  readonly at: string
  readonly options: PipelineOptions
  readonly machine: Machine
  readonly system: Found
  readonly soak: Window
  readonly memory: readonly Memory[]
  /** Trades that the HTTP API of ws-broadcast counts after the soak, and all that were sent until then. */
  readonly reached: { readonly sent: number; readonly shown: number }
  readonly profiles: readonly ProcessProfile[]
  readonly baseline: Found
  readonly ratio: number
}

type Say = (line: string) => void
type Bench = { readonly source: Source; readonly options: PipelineOptions; readonly say: Say }

/** Measures the way from the exchange's socket into the whale queue, and the same way with one job a trade. */
export async function runPipeline(options: PipelineOptions, say: Say): Promise<PipelineResult> {
  const { cores, cpu } = limitCores(claimedCores)
  await using redis = await openBenchRedis()
  await using source = await openSource()
  const bench = { source, options, say }
  const machine = { cores, cpu, node: process.version, redis: redis.version, platform: process.platform }

  say(`starting all services (${cores} cores, Node ${machine.node}, Redis ${machine.redis})`)
  const ours = await (async () => {
    await using system = await openSystem(source, redis)
    return measureSystem(system, bench)
  })()
  await redis.empty()
  say('starting the baseline: one job per trade')
  await using subject = await openBaseline(source, redis, ours.capacity)
  await window(subject, bench, { ...options.warmUp, rate: Math.min(2_000, options.warmUp.rate) })
  const baseline = await search(subject, bench, options.baselineStart)
  const { capacity: _, ...measured } = ours
  const ratio = baseline.rate > 0 ? ours.system.rate / baseline.rate : 0
  return { at: new Date().toISOString(), options, machine, ...measured, baseline, ratio }
}

async function measureSystem(system: System, bench: Bench) {
  const { options, say } = bench
  say(`warming up: ${options.warmUp.rate} trades/s`)
  await window(system, bench, options.warmUp)
  const found = await search(system, bench, options.search.start)
  const earlier = [...found.windows]
  const missing = options.tradesBeforeSoak - (await system.counts()).seen
  if (missing > 0 && found.rate > 0) {
    const rate = Math.max(1, Math.round(found.rate * easy))
    say(`filling the memory of trade ids: ${missing} trades more`)
    earlier.push(await window(system, bench, { rate, seconds: Math.ceil(missing / rate) }))
  }
  say(`soak: ${options.rate} trades/s for ${options.seconds} s`)
  const soak = await window(system, bench, { rate: options.rate, seconds: options.seconds, endEarly: false })
  const { seen } = await system.counts()
  return {
    capacity: system.capacity,
    system: found,
    soak,
    memory: memoryOf(
      soak.processes,
      earlier.map(({ processes }) => processes),
    ),
    reached: { sent: seen, shown: await shown(system, seen) },
    profiles: options.profile ? await profile(system, bench, found.rate) : [],
  }
}

/** The highest rate that a system holds, found by windows; one that fails gets a second chance, as noise is no limit. */
async function search(subject: Subject, bench: Bench, start: number): Promise<Found> {
  const { options, say } = bench
  say(`looking for the highest rate of ${subject.name}`)
  const windows: Window[] = []
  const holds = async (rate: number) => {
    for (let chance = 0; chance < 2; chance += 1) {
      const one = await window(subject, bench, { rate, seconds: options.windowSeconds })
      windows.push(one)
      if (one.faults.length === 0) return true
    }
    return false
  }
  const { resolution, ceiling } = options.search
  const rate = await highestHeld({ start, factor: growth, resolution, floor, ceiling, holds })
  const best = windows.findLast((one) => one.rate === rate && one.faults.length === 0)
  return { name: subject.name, rate, best, windows }
}

async function window(
  subject: Subject,
  { source, say }: Bench,
  { rate, seconds, endEarly = true }: WindowOptions,
): Promise<Window> {
  const one = await measureWindow(subject, source, { rate, seconds, endEarly })
  const verdict = one.faults.length === 0 ? 'held' : one.faults.join(', ')
  say(
    `  ${rate}/s for ${seconds} s: ${verdict} (sent ${one.sent}, seen ${one.seen}, backlog ≤ ${one.maxBacklog}${others(one)})`,
  )
  return one
}

function others({ otherCpuPercent: percent }: Window): string {
  return percent === undefined ? '' : `, other processes ${percent.toFixed(0)} % of a core`
}

async function profile(system: System, bench: Bench, rate: number): Promise<ProcessProfile[]> {
  const { windowSeconds: seconds } = bench.options
  bench.say(`taking CPU profiles at ${rate} trades/s`)
  return takeProfiles(await system.processes(), {
    seconds,
    folder: fileURLToPath(inRoot('packages/bench/.results')),
    load: () => window(system, bench, { rate, seconds: seconds + 1, endEarly: false }),
  })
}

/** What a browser would be told of: the queue shows its counts with a little delay. */
async function shown(system: System, expected: number): Promise<number> {
  let last = -1
  try {
    return await eventually(async () => {
      const response = await fetch(new URL('/v1/whale-queue', system.url))
      const answer: { stats?: { trades_seen?: number } } = JSON.parse(await response.text())
      last = answer.stats?.trades_seen ?? -1
      return last === expected && last
    })
  } catch {
    return last
  }
}
