import type { DecisionAction } from '@whalecast/events'
import type { Candidate } from './candidate.ts'
import type { Verdict } from './judge.ts'

/** Whales that wait for a judgement; age ends each wait, so more than this is no market any more. */
const maxPending = 1_000

export type Pending = {
  readonly whale: Candidate
  /** When it was found that there is no live book of its market. */
  noBookSinceMs: number | undefined
  /** The last verdict, if it was to wait. */
  wait: Extract<Verdict, { type: 'wait' }> | undefined
}

/** Whales that are known and not judged yet. */
export class PendingWhales {
  private readonly whales = new Map<string, Pending>()
  private droppedCount = 0

  get size(): number {
    return this.whales.size
  }

  /** Whales that found no room. */
  get dropped(): number {
    return this.droppedCount
  }

  has(whaleId: string): boolean {
    return this.whales.has(whaleId)
  }

  add(whale: Candidate): void {
    if (this.whales.size >= maxPending) this.droppedCount += 1
    else this.whales.set(whale.whaleId, { whale, noBookSinceMs: undefined, wait: undefined })
  }

  remove(whaleId: string): void {
    this.whales.delete(whaleId)
  }

  /** The order in which they are judged. */
  largestFirst(): readonly Pending[] {
    return [...this.whales.values()].toSorted(
      (a, b) => b.whale.sizeDollars - a.whale.sizeDollars || a.whale.executedAtMs - b.whale.executedAtMs,
    )
  }
}

/** A whale that grew too old while it waited for a token was limited by the rate; its age only ended the wait. */
export function finalSkip(
  verdict: Extract<Verdict, { type: 'skip' }>,
  { wait }: Pending,
): { readonly action: DecisionAction; readonly reason: string } {
  if (verdict.action !== 'skipped_age' || wait === undefined) return verdict
  const reason = `${verdict.reason}; waited: ${wait.reason}`
  return { action: wait.for === 'token' ? 'rate_limited' : 'skipped_age', reason }
}
