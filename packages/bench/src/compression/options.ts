import { parseArgs } from 'node:util'
import { UsageError } from '../usage-error.ts'

export type CompressionOptions = {
  readonly quick: boolean
  readonly rounds: number
  /** How long books are published for each server and round; before that, so that it is warm. */
  readonly seconds: number
  readonly warmUpSeconds: number
  readonly clients: number
  /** Every client listens to the books of all of them. */
  readonly markets: number
  /** How often each message is compressed when levels are compared. */
  readonly repeats: number
}

const usage = `usage: npm run bench -- compression [options]
  --rounds N   interleaved rounds (5)
  --seconds N  how long books are published for each server and round (10)
  --clients N  (200)
  --markets N  whose books every client listens to (3)
  --quick      one round, few clients, short: shows that the benchmark works, not how fast anything is`

const claimed = { rounds: 5, seconds: 10, warmUpSeconds: 2, clients: 200, markets: 3, repeats: 20 }
const quickly: typeof claimed = {
  rounds: 1,
  seconds: 1,
  warmUpSeconds: 0.5,
  clients: 20,
  markets: 3,
  repeats: 1,
}

/** Reads the arguments behind the benchmark's name. Throws UsageError. */
export function parseOptions(args: readonly string[]): CompressionOptions {
  const given = read(args)
  const quick = given.quick === true
  const base = quick ? quickly : claimed
  const count = (name: 'rounds' | 'seconds' | 'clients' | 'markets') => {
    const text = given[name]
    if (text === undefined) return base[name]
    if (!/^[1-9]\d{0,5}$/.test(text)) throw refused(`--${name} ${text}: not a whole number above 0`)
    return Number(text)
  }
  return {
    ...base,
    quick,
    rounds: count('rounds'),
    seconds: count('seconds'),
    clients: count('clients'),
    markets: count('markets'),
  }
}

function read(args: readonly string[]) {
  const text = { type: 'string' } as const
  const options = {
    rounds: text,
    seconds: text,
    clients: text,
    markets: text,
    quick: { type: 'boolean' },
  } as const
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error))
  }
}

const refused = (why: string) => new UsageError(`${why}\n${usage}`)
