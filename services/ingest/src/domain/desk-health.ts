import type { Judgement } from './health.ts'

/** Three readings in a row that brought nothing. */
const accountStaleMs = 80_000
/** A first reading may take this long before its absence is a fault. */
const startGraceMs = 30_000
/** A new book comes within 10 s, and one that was lost is asked for each 5 s; longer and it does not come. */
const bookGraceMs = 20_000

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`

/** What is known of the account behind the key. */
export type AccountFacts = {
  readonly startedAtMs: number
  /** `off`: somebody else publishes the account, or nobody is to. `refused`: the key may not read it. */
  readonly access: 'off' | 'unknown' | 'granted' | 'refused'
  readonly syncedAtMs: number | null
  /** When the socket told of the account last. */
  readonly updatedAtMs: number | null
  readonly lastError: string
  /** Whether the private channels flow. */
  readonly listening: boolean
  /** Frames of each private channel, and how often all three came to flow. */
  readonly positions: number
  readonly fills: number
  readonly orders: number
  readonly connections: number
}

/** The account: healthy while it is read in time, and where there is none to be read. */
export function judgeAccount(facts: AccountFacts, nowMs: number): Judgement {
  if (facts.access === 'off' || facts.access === 'refused') return { status: 'healthy' }
  if (facts.syncedAtMs === null) {
    return nowMs - facts.startedAtMs < startGraceMs
      ? { status: 'starting', reason: 'awaiting the first reading' }
      : { status: 'degraded', reason: `the account was not read yet: ${facts.lastError}` }
  }
  const age = nowMs - facts.syncedAtMs
  return age > accountStaleMs
    ? { status: 'degraded', reason: `the account was not read for ${seconds(age)}: ${facts.lastError}` }
    : { status: 'healthy' }
}

/** How the followed books stand. */
export type BooksStanding = {
  readonly followed: number
  readonly live: number
  /** Since when the one that is not live for the longest is not; null while all are. */
  readonly notLiveSinceMs: number | null
}

/** The books: healthy while each that is wanted is there, or may still come. */
export function judgeBooks({ followed, live, notLiveSinceMs }: BooksStanding, nowMs: number): Judgement {
  if (notLiveSinceMs === null || nowMs - notLiveSinceMs <= bookGraceMs) return { status: 'healthy' }
  return { status: 'degraded', reason: `${followed - live} of ${followed} order books are not current` }
}
