import type { FeedGap } from '@whalecast/events'

/** REST shows a trade up to this much later than the socket; a read that began earlier proves nothing about it. */
export const restLagMs = 15_000
/**
 * How far back a refill may go: as long as ids are remembered. Further back it could not tell a trade that is
 * known from one that is missing, so what lies before is stated as unknown instead.
 */
export const horizonMs = 600_000
/** REST takes whole seconds and its clock is another one. */
const overlapMs = 2_000
/** A gap without numbers ends at our clock, not at the exchange's. */
const clockSlackMs = 2_000
/** Trades of one subscription come from several engines and are in order of execution only about so much. */
const orderSlackMs = 250
/** More holes than this at once become one: the memory and the reads stay bounded while REST is away. */
const maxOpen = 200

export type GapCause = FeedGap['cause']

/** What opens a gap in the trades. */
export type GapStart = {
  readonly id: string
  readonly cause: GapCause
  /** Execution time up to which everything is known. */
  readonly sinceMs: number
  /** Null while the cut goes on. */
  readonly untilMs: number | null
  /** The numbers that are missing, where the channel has numbers. */
  readonly hole?: { readonly from: number; readonly to: number } | undefined
  /** What an earlier process had recovered already. */
  readonly filled?: number
}

/** One read of the REST trades, for every gap that has an end. Times are the exchange's. */
export type RefillPass = {
  readonly minTs: number
  readonly maxTs: number
  /** A trade that nobody had seen: books it on the gap it belongs to. */
  found(executedAtMs: number): void
}

type Gap = {
  readonly id: string
  readonly cause: GapCause
  readonly sinceMs: number
  untilMs: number | null
  from: number | null
  to: number | null
  /** How many numbers are missing; null for a cut, which nobody can count. */
  holes: number | null
  filled: number
  missing: number | null
  /** When the end became known, by our clock; null while the cut goes on. */
  endedAtMs: number | null
  /** Whether a read has looked for it yet. */
  read: boolean
}

const publicGap = (gap: Gap): FeedGap => ({
  gap_id: gap.id,
  channel: 'trade',
  from: gap.from,
  to: gap.to,
  cause: gap.cause,
  since_ms: gap.sinceMs,
  until_ms: gap.untilMs,
  filled: gap.filled,
  missing: gap.missing,
})

/**
 * The gaps of the trade feed that are not closed yet. A gap is opened with `missing` unknown; every read of the REST
 * trades books what it found; a gap closes when its hole is covered, or by a read that began `restLagMs`
 * after its end, because only then is REST known to be complete. Each method returns the gaps as they have to be told.
 */
export class GapBook {
  #gaps: Gap[] = []
  #pass: { readonly gaps: readonly Gap[]; readonly startedAtMs: number; readonly clippedMs: number } | null =
    null

  /** Takes note of a gap. */
  open(start: GapStart, nowMs: number): FeedGap {
    const holes = start.hole === undefined ? null : start.hole.to - start.hole.from + 1
    const merged =
      holes !== null && this.#gaps.length >= maxOpen ? this.#widen(start, holes, nowMs) : undefined
    if (merged !== undefined) return publicGap(merged)
    const gap: Gap = {
      id: start.id,
      cause: start.cause,
      sinceMs: start.sinceMs,
      untilMs: start.untilMs,
      from: start.hole?.from ?? null,
      to: start.hole?.to ?? null,
      holes,
      filled: start.filled ?? 0,
      missing: null,
      endedAtMs: start.untilMs === null ? null : nowMs,
      read: false,
    }
    this.#gaps.push(gap)
    return publicGap(gap)
  }

  /** Trades flow again: every cut ends here. */
  resume(atMs: number): void {
    for (const gap of this.#gaps) {
      if (gap.untilMs !== null) continue
      gap.untilMs = Math.max(atMs, gap.sinceMs)
      gap.endedAtMs = atMs
    }
  }

  /** Begins a read for every gap that has an end; undefined when there is none, or a read is under way. */
  begin(nowMs: number): RefillPass | undefined {
    const gaps = this.#gaps.filter((gap) => gap.untilMs !== null)
    if (this.#pass !== null || gaps.length === 0) return undefined
    const clippedMs = nowMs - horizonMs
    const sinceMs = Math.max(clippedMs, Math.min(...gaps.map((gap) => gap.sinceMs)))
    const untilMs = Math.max(...gaps.map((gap) => gap.untilMs ?? 0))
    this.#pass = { gaps, startedAtMs: nowMs, clippedMs }
    return {
      minTs: Math.floor(sinceMs / 1000) - overlapMs / 1000,
      maxTs: Math.ceil((untilMs + clockSlackMs) / 1000),
      found: (executedAtMs) => {
        const gap = gaps.find((one) => contains(one, executedAtMs))
        if (gap !== undefined) gap.filled += 1
      },
    }
  }

  /** The read came to its end, or not. Returns every gap that changed by it; the closed ones are forgotten. */
  end(complete: boolean): FeedGap[] {
    const pass = this.#pass
    this.#pass = null
    if (pass === null || !complete) return []
    const told: FeedGap[] = []
    for (const gap of pass.gaps) {
      gap.read = true
      const settled = pass.startedAtMs >= settledAt(gap)
      const covered = gap.holes !== null && gap.filled >= gap.holes
      if (covered) gap.missing = 0
      // What lies before the horizon was never asked for, so nobody can say that nothing is missing.
      else if (settled)
        gap.missing = gap.holes === null ? (gap.sinceMs < pass.clippedMs ? null : 0) : gap.holes - gap.filled
      if (covered || settled) this.#gaps = this.#gaps.filter((one) => one !== gap)
      told.push(publicGap(gap))
    }
    return told
  }

  /** When the next read could change something: 0 for at once, undefined while there is nothing to read for. */
  get nextPassAtMs(): number | undefined {
    const ended = this.#gaps.filter((gap) => gap.untilMs !== null)
    if (ended.length === 0) return undefined
    return ended.some((gap) => !gap.read) ? 0 : Math.min(...ended.map(settledAt))
  }

  /** Where the oldest open gap begins; null when everything is known. */
  get openSinceMs(): number | null {
    return this.#gaps.length === 0 ? null : Math.min(...this.#gaps.map((gap) => gap.sinceMs))
  }

  /** Since when the oldest gap that has an end waits to be closed; null when none does. */
  get waitingSinceMs(): number | null {
    const ends = this.#gaps.flatMap((gap) => gap.endedAtMs ?? [])
    return ends.length === 0 ? null : Math.min(...ends)
  }

  get size(): number {
    return this.#gaps.length
  }

  #widen(start: GapStart, holes: number, nowMs: number): Gap | undefined {
    const gap = this.#gaps.findLast((one) => one.holes !== null && !this.#pass?.gaps.includes(one))
    if (gap === undefined) return undefined
    gap.holes = (gap.holes ?? 0) + holes
    gap.to = start.hole?.to ?? gap.to
    gap.untilMs = start.untilMs
    gap.endedAtMs = nowMs
    gap.read = false
    return gap
  }
}

function contains(gap: Gap, executedAtMs: number): boolean {
  const slackMs = gap.holes === null ? clockSlackMs : orderSlackMs
  return executedAtMs >= gap.sinceMs - slackMs && executedAtMs <= (gap.untilMs ?? 0) + slackMs
}

const settledAt = (gap: Gap): number => (gap.endedAtMs ?? Infinity) + restLagMs
