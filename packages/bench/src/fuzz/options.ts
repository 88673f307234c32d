import { parseArgs } from 'node:util'
import { UsageError } from '../usage-error.ts'

export type FuzzOptions = {
  readonly frames: number
  readonly seed: number
  /** Side by side. */
  readonly connections: number
  readonly quick: boolean
}

const usage = `usage: npm run bench -- fuzz [options]
  --frames N        mutated frames to send (1000000)
  --seed N          the same seed makes the same frames (1)
  --connections N   open side by side (32)
  --quick           20000 frames`

/** Reads the arguments behind the benchmark's name. Throws UsageError. */
export function parseOptions(args: readonly string[]): FuzzOptions {
  const { frames, seed, connections, quick = false } = read(args)
  return {
    frames: whole('frames', frames, quick ? 20_000 : 1_000_000),
    seed: whole('seed', seed, 1),
    connections: whole('connections', connections, 32),
    quick,
  }
}

function read(args: readonly string[]) {
  const text = { type: 'string' } as const
  const options = { frames: text, seed: text, connections: text, quick: { type: 'boolean' } } as const
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
  }
}

function whole(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value <= 0)
    throw new UsageError(`--${name} ${text}: not a whole number above 0\n${usage}`)
  return value
}
