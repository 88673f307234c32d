import type { SessionPlan } from './plan-session.ts'
import type { SessionOutcome } from './run-session.ts'

/** A connection that did not end as it had to. With the seed, its number makes it again. */
export type Mismatch = {
  readonly session: number
  readonly kind: SessionPlan['kind']
  readonly problem: string
  /** What it wrote, in hex, as far as it is short. */
  readonly wrote: string
}

/** What became of a run. */
export type Tally = {
  readonly frames: number
  readonly connections: number
  readonly bytes: number
  readonly endings: Readonly<Record<string, number>>
  /** Codes of the errors that were answered. */
  readonly errors: Readonly<Record<string, number>>
  readonly mismatches: number
  readonly firstMismatches: readonly Mismatch[]
}

const shownMismatches = 20
const shownBytes = 600

/** Counts what became of each connection. */
export class FuzzTally {
  frames = 0
  #connections = 0
  #bytes = 0
  #mismatches = 0
  readonly #endings = new Map<string, number>()
  readonly #errors = new Map<string, number>()
  readonly #first: Mismatch[] = []

  add(
    session: number,
    { kind, pieces, frames }: SessionPlan,
    { ending, problem, errors }: SessionOutcome,
  ): void {
    this.frames += frames
    this.#connections += 1
    for (const { length } of pieces) this.#bytes += length
    count(this.#endings, String(ending))
    for (const code of errors) count(this.#errors, code)
    if (problem === undefined) return
    this.#mismatches += 1
    if (this.#first.length >= shownMismatches) return
    const wrote = Buffer.concat(pieces).subarray(0, shownBytes).toString('hex')
    this.#first.push({ session, kind, problem, wrote })
  }

  /** How far it is, in one line. */
  line(): string {
    return `${this.frames} frames on ${this.#connections} connections, ${this.#mismatches} of them not as expected`
  }

  read(): Tally {
    return {
      frames: this.frames,
      connections: this.#connections,
      bytes: this.#bytes,
      endings: sorted(this.#endings),
      errors: sorted(this.#errors),
      mismatches: this.#mismatches,
      firstMismatches: this.#first,
    }
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].toSorted(([a], [b]) => a.localeCompare(b)))
}
