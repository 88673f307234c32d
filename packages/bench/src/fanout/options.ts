import { parseArgs } from 'node:util'
import { UsageError } from '../usage-error.ts'
import { subjectKinds } from './subjects.ts'

export type FanoutOptions = {
  readonly quick: boolean
  readonly rounds: number
  /** Of each window that is measured, after a second that is not. */
  readonly seconds: number
  readonly clients: number
  /** Deliveries per second at which CPU and latency are compared, ascending. */
  readonly rates: { readonly single: readonly number[]; readonly many: readonly number[] }
  readonly search: {
    readonly floor: number
    readonly ceiling: number
    readonly resolution: number
  }
  /** Connections that are open when idle memory is measured, and those before it is. */
  readonly idle: {
    readonly before: number
    readonly connections: number
    /** Before each look at the memory. */
    readonly restMs: number
  }
  readonly stall: {
    readonly rate: number
    readonly beforeSeconds: number
    readonly seconds: number
    readonly clients: number
    /** How long those that stalled read again before it is told what became of them. */
    readonly resumedMs: number
  }
  /** So often a window is measured in which much else ran, until one is better. */
  readonly attempts: number
  /** How long each window waits for the rest of the machine to be quiet. */
  readonly quietWithinSeconds: number
  readonly parts: readonly Part[]
  readonly subjects: readonly string[]
  /** Whether a CPU profile of ws-broadcast is taken in each shape. */
  readonly profile: boolean
}

const allParts = ['idle', 'single', 'search', 'many', 'stall'] as const
export type Part = (typeof allParts)[number]

const usage = `usage: npm run bench -- fanout [options]
  --rounds N       interleaved rounds (5)
  --seconds N      length of each window (5)
  --clients N      (1000), a multiple of 100
  --subjects a,b   of ${subjectKinds.map(({ id }) => id).join(', ')} (all)
  --parts a,b      of ${allParts.join(', ')} (all)
  --rates a,b      deliveries/s on one channel (50000,200000,400000,800000,1500000)
  --profile        CPU profiles of ws-broadcast
  --quick          one round, few clients, short windows: shows that the benchmark works, not how fast anything is`

const quickly = {
  rounds: 1,
  seconds: 0.5,
  clients: 100,
  rates: { single: [5_000], many: [5_000] },
  search: { floor: 5_000, ceiling: 10_000, resolution: 1 },
  idle: { before: 20, connections: 100, restMs: 200 },
  stall: { rate: 5_000, beforeSeconds: 0.5, seconds: 1, clients: 10, resumedMs: 500 },
  attempts: 1,
  quietWithinSeconds: 0,
}

const claimed = {
  rounds: 5,
  seconds: 5,
  clients: 1_000,
  rates: {
    single: [50_000, 200_000, 400_000, 800_000, 1_500_000],
    many: [50_000, 200_000, 500_000],
  },
  search: { floor: 10_000, ceiling: 5_000_000, resolution: 0.1 },
  idle: { before: 500, connections: 5_000, restMs: 2_000 },
  stall: { rate: 400_000, beforeSeconds: 15, seconds: 60, clients: 100, resumedMs: 3_000 },
  attempts: 3,
  quietWithinSeconds: 10,
}

/** Reads the arguments behind the benchmark's name. Throws UsageError. */
export function parseOptions(args: readonly string[]): FanoutOptions {
  const given = read(args)
  const base = given.quick === true ? quickly : claimed
  const clients = positive('clients', given.clients, base.clients)
  if (clients % 100 !== 0) throw refused(`--clients ${clients}: not a multiple of 100`)
  const single = given.rates?.split(',').map((rate) => positive('rates', rate, 0))
  return {
    ...base,
    quick: given.quick === true,
    rounds: positive('rounds', given.rounds, base.rounds),
    seconds: positive('seconds', given.seconds, base.seconds),
    clients,
    rates: { ...base.rates, ...(single && { single: single.toSorted((a, b) => a - b) }) },
    parts: chosen('parts', given.parts, allParts),
    subjects: chosen(
      'subjects',
      given.subjects,
      subjectKinds.map(({ id }) => id),
    ),
    profile: given.profile === true,
  }
}

function read(args: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const options = {
    rounds: text,
    seconds: text,
    clients: text,
    subjects: text,
    parts: text,
    rates: text,
    profile: flag,
    quick: flag,
  }
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error))
  }
}

function positive(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0) throw refused(`--${name} ${text}: not a number above 0`)
  return value
}

function chosen<Name extends string>(
  option: string,
  text: string | undefined,
  all: readonly Name[],
): readonly Name[] {
  if (text === undefined) return all
  const names = text.split(',')
  const unknown = names.find((name) => !all.some((known) => known === name))
  if (unknown !== undefined) throw refused(`--${option} ${unknown}: none of ${all.join(', ')}`)
  return all.filter((name) => names.includes(name))
}

const refused = (why: string) => new UsageError(`${why}\n${usage}`)
