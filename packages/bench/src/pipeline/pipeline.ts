import { fileURLToPath } from 'node:url'
import { eventually } from '@whalecast/testkit'
import { openBaseline } from '../baseline/open-baseline.ts'
import { openSource } from '../frame-source/open-source.ts'
import { limitCores } from '../measure/cores.ts'
import { thisMachine, type Machine } from '../measure/machine.ts'
import { openBenchRedis } from '../system/redis.ts'
import { openMeasuredSystem, type MeasuredSystem } from '../system/open-measured-system.ts'
import type { PipelineOptions } from './options.ts'
import { takeProfiles, type ProcessProfile } from '../profile/take-profiles.ts'
import { inRoot } from '../system/root.ts'
import { memoryOf, type Memory } from './memory.ts'
import { findRate, type Found } from './find-rate.ts'
import { runWindow, type Bench } from './run-window.ts'
import type { Window } from './window.ts'

/** The claim is made for a machine of this size. */
const claimedCores = 2
/** Of the highest rate, for filling memories: fast, and far from the edge. */
const easy = 0.7

export type PipelineResult = {
  readonly at: string
  readonly options: PipelineOptions
  readonly machine: Machine & { readonly redis: string }
  readonly system: Found
  readonly soak: Window
  readonly memory: readonly Memory[]
  /** Trades that the HTTP API of ws-broadcast counts after the soak, and all that were sent until then. */
  readonly reached: { readonly sent: number; readonly shown: number }
  readonly profiles: readonly ProcessProfile[]
  readonly baseline: Found
  readonly ratio: number
}

/** Measures the way from the exchange's socket into the whale queue, and the same way with one job a trade. */
export async function runPipeline(
  options: PipelineOptions,
  { say, signal }: Pick<Bench, 'say' | 'signal'>,
): Promise<PipelineResult> {
  const cores = limitCores(claimedCores)
  await using redis = await openBenchRedis()
  await using source = await openSource()
  const bench = { source, options, say, signal }
  const machine = { ...thisMachine(), cores, redis: redis.version }

  say(`starting all services (${cores} cores, Node ${machine.node}, Redis ${machine.redis})`)
  const ours = await (async () => {
    await using system = await openMeasuredSystem(source, redis)
    // Awaited here: it must have ended before the system does.
    return await measureSystem(system, bench)
  })()
  await redis.empty()
  say('starting the baseline: one job per trade')
  await using subject = await openBaseline(source, redis, ours.capacity)
  await runWindow(subject, bench, { ...options.warmUp, rate: Math.min(2_000, options.warmUp.rate) })
  const baseline = await findRate(subject, bench, options.baselineStart)
  const { capacity: _, ...measured } = ours
  const ratio = baseline.rate > 0 ? ours.system.rate / baseline.rate : 0
  return { at: new Date().toISOString(), options, machine, ...measured, baseline, ratio }
}

async function measureSystem(system: MeasuredSystem, bench: Bench) {
  const { options, say } = bench
  say(`warming up: ${options.warmUp.rate} trades/s`)
  await runWindow(system, bench, options.warmUp)
  const found = await findRate(system, bench, options.search.start)
  const earlier = [...found.windows]
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const missing = options.tradesBeforeSoak - (await system.seen())
    if (missing <= 0 || found.rate === 0) break
    const rate = Math.max(1, Math.round(found.rate * easy))
    say(`filling the memory of trade ids: ${missing} trades more`)
    earlier.push(
      await runWindow(system, bench, { rate, seconds: Math.ceil(missing / rate), endEarly: false }),
    )
  }
  say(`soak: ${options.rate} trades/s for ${options.seconds} s`)
  const soak = await runWindow(system, bench, {
    rate: options.rate,
    seconds: options.seconds,
    endEarly: false,
  })
  const seen = await system.seen()
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

async function profile(system: MeasuredSystem, bench: Bench, rate: number): Promise<ProcessProfile[]> {
  const { windowSeconds: seconds } = bench.options
  bench.say(`taking CPU profiles at ${rate} trades/s`)
  return takeProfiles(system.processes(), {
    seconds,
    folder: fileURLToPath(inRoot('.results/bench/')),
    load: () => runWindow(system, bench, { rate, seconds: seconds + 1, endEarly: false }),
  })
}

/** What a browser would be told of: the queue shows its counts with a little delay. */
async function shown(system: MeasuredSystem, expected: number): Promise<number> {
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
