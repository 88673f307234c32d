/** What is wrong with a delivery. */
export const faultKinds = [
  /** An entry that was acknowledged, or that others saw, did not come, and nobody said so. */
  'lost',
  /** An entry came again. */
  'doubled',
  /** An entry or a value came after a later one. */
  'disorder',
  /** The same place held two entries, or the same entry two places. */
  'misplaced',
  /** Nobody ever published it. */
  'invented',
  /** It came to a client that did not ask for it. */
  'misdirected',
  /** A value is not what was published under its version. */
  'wrong_value',
  /** In the end the newest value is not what the client holds. */
  'stale',
  /** The client was so far behind that what it should have seen is forgotten here. Nothing is proved. */
  'unjudged',
] as const
export type FaultKind = (typeof faultKinds)[number]

export type Verdict = {
  /** Nothing is wrong. What was stated as lost is lost all the same: see `stated`. */
  readonly holds: boolean
  readonly clients: number
  readonly offered: number
  readonly acknowledged: number
  /** Entries that clients saw, over all clients. */
  readonly seen: number
  /** Values of latest channels that clients saw, over all clients. */
  readonly values: number
  /** Times that a client was told of a gap. */
  readonly gaps: number
  /** Entries that clients did not get and were told so, over all clients. */
  readonly stated: number
  readonly faults: Readonly<Record<FaultKind, number>>
  /** The first faults in words. */
  readonly examples: readonly string[]
}

const examplesKept = 20

type Counted = 'offered' | 'acknowledged' | 'seen' | 'values' | 'gaps' | 'stated'

/** Adds up what the judges of all channels find. */
export class Tally {
  readonly #counts: Record<Counted, number> = {
    offered: 0,
    acknowledged: 0,
    seen: 0,
    values: 0,
    gaps: 0,
    stated: 0,
  }
  readonly #faults = new Map<FaultKind, number>()
  readonly #examples: string[] = []
  readonly #clients = new Set<string>()

  count(what: Counted, by = 1): void {
    this.#counts[what] += by
  }

  client(name: string): void {
    this.#clients.add(name)
  }

  fault(kind: FaultKind, text: string): void {
    this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + 1)
    if (this.#examples.length < examplesKept) this.#examples.push(`${kind}: ${text}`)
  }

  verdict(): Verdict {
    const of = (kind: FaultKind) => this.#faults.get(kind) ?? 0
    return {
      holds: this.#faults.size === 0,
      clients: this.#clients.size,
      ...this.#counts,
      faults: {
        lost: of('lost'),
        doubled: of('doubled'),
        disorder: of('disorder'),
        misplaced: of('misplaced'),
        invented: of('invented'),
        misdirected: of('misdirected'),
        wrong_value: of('wrong_value'),
        stale: of('stale'),
        unjudged: of('unjudged'),
      },
      examples: [...this.#examples],
    }
  }
}
