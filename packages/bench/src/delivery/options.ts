import { parseArgs } from 'node:util'
import { UsageError } from '../usage-error.ts'

export const scenarioNames = ['outage', 'rolling', 'storm', 'stall', 'chaos'] as const
export type ScenarioName = (typeof scenarioNames)[number]

export type DeliveryOptions = {
  readonly quick: boolean
  readonly scenarios: readonly ScenarioName[]
  /** Whether Socket.IO goes through the same where it can. */
  readonly peers: boolean
  readonly outage: {
    readonly clients: number
    /** Entries a second. */
    readonly rate: number
    readonly beforeMs: number
    readonly awayMs: number
    readonly afterMs: number
  }
  readonly rolling: {
    readonly clients: number
    readonly rate: number
    /** From one replica's return to the end of the next. */
    readonly betweenMs: number
  }
  readonly storm: {
    readonly clients: number
    readonly rate: number
    /** How long is published: before, while all are away, and after. */
    readonly publishMs: number
    readonly restMs: number
  }
  readonly chaos: {
    readonly clients: number
    readonly rate: number
    /** How many times something breaks. */
    readonly count: number
    /** Decides what breaks when. */
    readonly seed: number
    readonly afterMs: number
  }
  readonly stall: {
    readonly clients: number
    /** So many of them stop reading. */
    readonly stalled: number
    readonly rate: number
    /** Prints a second on their tape. */
    readonly trades: number
    readonly beforeMs: number
    readonly stalledMs: number
    readonly afterMs: number
  }
}

const usage = `usage: npm run bench -- delivery [options]
  --scenarios a,b  of ${scenarioNames.join(', ')} (all)
  --no-peers       without Socket.IO
  --seed N         of the faults in chaos (1)
  --quick          few clients, short times: shows that the scenarios work`

const claimed = {
  outage: { clients: 200, rate: 100, beforeMs: 3_000, awayMs: 3_000, afterMs: 10_000 },
  rolling: { clients: 450, rate: 10, betweenMs: 5_000 },
  storm: { clients: 5_000, rate: 10, publishMs: 1_000, restMs: 2_000 },
  chaos: { clients: 60, rate: 40, count: 25, seed: 1, afterMs: 5_000 },
  stall: {
    clients: 1_000,
    stalled: 100,
    rate: 10,
    trades: 600,
    beforeMs: 3_000,
    stalledMs: 60_000,
    afterMs: 20_000,
  },
}

const quickly: typeof claimed = {
  outage: { clients: 20, rate: 50, beforeMs: 500, awayMs: 1_000, afterMs: 3_000 },
  rolling: { clients: 60, rate: 20, betweenMs: 1_000 },
  storm: { clients: 200, rate: 50, publishMs: 500, restMs: 300 },
  chaos: { clients: 20, rate: 40, count: 4, seed: 1, afterMs: 1_000 },
  stall: {
    clients: 30,
    stalled: 5,
    rate: 20,
    trades: 5_000,
    beforeMs: 500,
    stalledMs: 5_000,
    afterMs: 3_000,
  },
}

/** Reads the arguments behind the benchmark's name. Throws UsageError. */
export function parseOptions(args: readonly string[]): DeliveryOptions {
  const given = read(args)
  const quick = given.quick === true
  const base = quick ? quickly : claimed
  return {
    ...base,
    chaos: { ...base.chaos, seed: seedOf(given.seed, base.chaos.seed) },
    quick,
    peers: given['no-peers'] !== true,
    scenarios: chosen(given.scenarios),
  }
}

function read(args: readonly string[]) {
  const flag = { type: 'boolean' } as const
  const options = {
    scenarios: { type: 'string' },
    seed: { type: 'string' },
    'no-peers': flag,
    quick: flag,
  } as const
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error))
  }
}

function seedOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  if (!/^\d{1,9}$/.test(text)) throw refused(`--seed ${text}: not a whole number`)
  return Number(text)
}

function chosen(text: string | undefined): readonly ScenarioName[] {
  if (text === undefined) return scenarioNames
  const names = text.split(',')
  const unknown = names.find((name) => !scenarioNames.some((known) => known === name))
  if (unknown !== undefined) throw refused(`--scenarios ${unknown}: none of ${scenarioNames.join(', ')}`)
  return scenarioNames.filter((name) => names.includes(name))
}

const refused = (why: string) => new UsageError(`${why}\n${usage}`)
