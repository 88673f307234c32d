import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { profileProcess } from '../profile/inspector.ts'
import { topSelfTimes, type SelfTime } from '../profile/self-time.ts'
import { isDisturbed, untilQuiet } from '../measure/quiet.ts'
import { highestHeld } from '../pipeline/search.ts'
import { measureIdle, type Idle } from './measure-idle.ts'
import { measureStall, type Stall } from './measure-stall.ts'
import { measureWindow, processesOf, type Bench } from './measure-window.ts'
import { openSubject, type Subject } from './open-subject.ts'
import type { Sample } from './sample.ts'
import { channelsOf, type Shape } from './shapes.ts'
import type { Launch, SubjectKind } from './subjects.ts'

export type Held = { readonly round: number; readonly subject: string; readonly rate: number }

export type Measured = {
  readonly samples: readonly Sample[]
  readonly held: readonly Held[]
  readonly idle: readonly Idle[]
  readonly stalls: readonly Stall[]
  readonly profiles: readonly ShapeProfile[]
}

export type ShapeProfile = {
  readonly shape: Shape
  readonly rate: number
  readonly top: readonly SelfTime[]
}

export type Round = {
  readonly round: number
  readonly kind: SubjectKind
  readonly launch: Launch
  readonly core: number | undefined
}

const profiledRates = [
  // A message and a turn each: what a write costs. Then many messages a turn: what a message costs.
  ['single', 50_000],
  ['single', 800_000],
  ['many', 200_000],
] as const
/** By then the clients are connected and the load runs. */
const warmMs = 2_500
const shown = 25

/** A server below this share of a rate is not asked for a higher one. */
const hopeless = 0.9
const growth = 1.5
/** Noise is no limit of a server: a rate fails when it failed so often, or so often on a machine that was quiet. */
const chances = { all: 4, quiet: 2 }
/** Of the highest rate held: who cannot hold the others' rate easily is not asked about stalled readers. */
const easy = 0.75

/** Everything that is measured of one server in one round, each part with a process of its own. */
export async function measureSubject(bench: Bench, round: Round): Promise<Measured> {
  const { parts } = bench.options
  const idle = parts.includes('idle') ? [await runIdle(bench, round)] : []
  const single = parts.includes('single') ? await runRates(bench, round, 'single') : []
  const searched = parts.includes('search') ? await runSearch(bench, round, single) : undefined
  const many = parts.includes('many') ? await runRates(bench, round, 'many') : []
  const { rate } = bench.options.stall
  const isAble = searched === undefined || rate <= searched.rate * easy
  const stalls = parts.includes('stall') && isAble ? [await runStall(bench, round, rate)] : []
  return {
    samples: [...single, ...(searched?.samples ?? []), ...many],
    held: searched ? [{ round: round.round, subject: round.kind.id, rate: searched.rate }] : [],
    idle,
    stalls,
    profiles: [],
  }
}

/** What a server does with its time in each shape, also as `<folder>/<subject>-<shape>-<rate>.cpuprofile`. Node's alone. */
export async function profileSubject(bench: Bench, round: Round, folder: string): Promise<Measured> {
  mkdirSync(folder, { recursive: true })
  const profiles: ShapeProfile[] = []
  for (const [shape, rate] of profiledRates) {
    await using subject = await openSubject(round.launch, round.core)
    const { seconds } = bench.options
    bench.say(`taking a CPU profile of ${round.kind.id}: ${shape} ${rate}/s`)
    const load = { subject, shape, rate, seconds: seconds + 2 }
    const [, profile] = await Promise.all([
      measureWindow(bench, windowOf(bench, round, load)),
      wait(warmMs).then(() => profileProcess(subject.pid, seconds)),
    ])
    writeFileSync(join(folder, `${round.kind.id}-${shape}-${rate}.cpuprofile`), JSON.stringify(profile))
    profiles.push({ shape, rate, top: topSelfTimes(profile, shown) })
    await bench.loader.call('close', undefined)
  }
  return { samples: [], held: [], idle: [], stalls: [], profiles }
}

async function runIdle(bench: Bench, { round, kind, launch, core }: Round): Promise<Idle> {
  await using subject = await openSubject(launch, core)
  const target = { host: '127.0.0.1', port: subject.port, dialect: kind.dialect }
  const idle = await measureIdle(bench, { round, subject: kind.id, pid: subject.pid, target })
  bench.say(`  idle: ${Math.round(idle.bytesPerConnection)} bytes a connection`)
  return idle
}

async function runRates(bench: Bench, round: Round, shape: Shape): Promise<readonly Sample[]> {
  await using subject = await openSubject(round.launch, round.core)
  const samples: Sample[] = []
  for (const rate of bench.options.rates[shape]) {
    const sample = await leastDisturbed(bench, () => runWindow(bench, round, { subject, shape, rate }))
    samples.push(sample)
    if (sample.delivered < rate * sample.seconds * hopeless) break
  }
  await bench.loader.call('close', undefined)
  return samples
}

async function runSearch(bench: Bench, round: Round, known: readonly Sample[]) {
  await using subject = await openSubject(round.launch, round.core)
  const samples: Sample[] = []
  const best = Math.max(0, ...known.filter(({ faults }) => faults.length === 0).map(({ rate }) => rate))
  const { floor, ceiling, resolution } = bench.options.search
  const holds = async (rate: number) => {
    if (rate <= best) return true
    const failed: Sample[] = []
    const isOver = () => failed.filter((one) => !isDisturbed(one.otherCpuPercent)).length >= chances.quiet
    while (failed.length < chances.all && !isOver()) {
      const sample = await runWindow(bench, round, { subject, shape: 'single', rate })
      samples.push(sample)
      if (sample.faults.length === 0) return true
      failed.push(sample)
    }
    return false
  }
  const start = Math.max(floor, best, bench.options.rates.single[0] ?? 0)
  const rate = await highestHeld({ start, factor: growth, resolution, floor, ceiling, holds })
  bench.say(`  held at most: ${rate} deliveries/s`)
  await bench.loader.call('close', undefined)
  return { rate, samples }
}

async function runStall(bench: Bench, round: Round, rate: number): Promise<Stall> {
  await using subject = await openSubject(round.launch, round.core)
  const { seconds } = bench.options.stall
  const stall = await measureStall(bench, windowOf(bench, round, { subject, shape: 'single', rate, seconds }))
  const { p99BeforeMs, p99Ms, extraBytes, stalled } = stall
  bench.say(
    `  stalled: p99 ${p99BeforeMs?.toFixed(1)} → ${p99Ms?.toFixed(1)} ms, ${Math.round(extraBytes / 2 ** 20)} MB more, closed ${JSON.stringify(stalled.closed)}`,
  )
  return stall
}

/** The first window in which little else ran; after some without, the one in which the least did. */
async function leastDisturbed(bench: Bench, measure: () => Promise<Sample>): Promise<Sample> {
  let best = await measure()
  for (let attempt = 1; attempt < bench.options.attempts && isDisturbed(best.otherCpuPercent); attempt += 1) {
    const next = await measure()
    if ((next.otherCpuPercent ?? 0) < (best.otherCpuPercent ?? 0)) best = next
  }
  return best
}

type Load = {
  readonly subject: Subject
  readonly shape: Shape
  readonly rate: number
  readonly seconds?: number
}

function windowOf(bench: Bench, { round, kind }: Round, { subject, shape, rate, seconds }: Load) {
  const { clients, seconds: usual } = bench.options
  const target = {
    host: '127.0.0.1',
    port: subject.port,
    dialect: kind.dialect,
    channels: channelsOf(shape, clients),
  }
  return { round, subject: kind.id, pid: subject.pid, shape, rate, seconds: seconds ?? usual, target }
}

async function runWindow(bench: Bench, round: Round, load: Load): Promise<Sample> {
  const seconds = bench.options.quietWithinSeconds
  await untilQuiet(processesOf(bench, load.subject.pid), { seconds, signal: bench.signal })
  const sample = await measureWindow(bench, windowOf(bench, round, load))
  const { shape, rate, faults, cpuMicrosPerDelivery, cpuPercent, loaderPercent, p50Ms, p99Ms } = sample
  bench.say(
    `  ${shape} ${rate}/s: ${faults.join(', ') || 'held'} (${cpuMicrosPerDelivery.toFixed(2)} µs, p50 ${p50Ms?.toFixed(1)}, p99 ${p99Ms?.toFixed(1)} ms, server ${cpuPercent.toFixed(0)} %, loader ${loaderPercent.toFixed(0)} %, others ${sample.otherCpuPercent?.toFixed(0) ?? '?'} %)`,
  )
  return sample
}
