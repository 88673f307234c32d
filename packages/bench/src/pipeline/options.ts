import { parseArgs } from 'node:util'
import { UsageError } from '../usage-error.ts'

export type PipelineOptions = {
  readonly quick: boolean
  /** Of the soak. */
  readonly rate: number
  readonly seconds: number
  /** Of each window of the search. */
  readonly windowSeconds: number
  readonly warmUp: { readonly rate: number; readonly seconds: number }
  readonly search: { readonly start: number; readonly ceiling: number; readonly resolution: number }
  readonly baselineStart: number
  /** Trades before the soak begins: by then the bounded memory of trade ids has been full once. */
  readonly tradesBeforeSoak: number
  /** How long each window waits for the rest of the machine to be quiet. */
  readonly quietWithinSeconds: number
  /** Whether CPU profiles of ingest and whale-tracker are taken. */
  readonly profile: boolean
}

const usage = `usage: npm run bench -- pipeline [options]
  --rate N       trades per second of the soak (20000)
  --seconds N    length of the soak (60)
  --window N     seconds of each window of the search (8)
  --profile      CPU profiles of ingest and whale-tracker at the highest rate
  --quick        low rates and short windows: shows that the benchmark works, not how fast anything is`

/** Reads the arguments behind the benchmark's name. Throws UsageError. */
export function parseOptions(args: readonly string[]): PipelineOptions {
  const given = read(args)
  const quick = given.quick === true
  return {
    quick,
    rate: positive('rate', given.rate, quick ? 1_000 : 20_000),
    seconds: positive('seconds', given.seconds, quick ? 2 : 60),
    windowSeconds: positive('window', given.window, quick ? 1 : 8),
    warmUp: quick ? { rate: 500, seconds: 1 } : { rate: 10_000, seconds: 10 },
    search: quick
      ? { start: 1_000, ceiling: 2_000, resolution: 1 }
      : { start: 20_000, ceiling: 400_000, resolution: 0.06 },
    baselineStart: quick ? 500 : 5_000,
    tradesBeforeSoak: quick ? 0 : 4_500_000,
    quietWithinSeconds: quick ? 0 : 10,
    profile: given.profile === true,
  }
}

function read(args: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const options = { rate: text, seconds: text, window: text, profile: flag, quick: flag }
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
  }
}

function positive(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0)
    throw new UsageError(`--${name} ${text}: not a number above 0\n${usage}`)
  return value
}
