import { feedState, silentSince, type FeedFacts } from './feed/feed-state.ts'

/** A component's word on itself. */
export type Judgement = {
  readonly status: 'starting' | 'healthy' | 'degraded' | 'unhealthy'
  readonly reason?: string
}

/** A first connection may take this long before its absence is a fault: a cold DNS and a TLS handshake fit well. */
const startGraceMs = 30_000
/** The socket's watchdog pings at the first age and reconnects at the second; beyond that the watchdog itself failed. */
export const pingAfterMs = 30_000
export const deadAfterMs = 45_000
/** The exchange's status is asked every 30 s: three missed answers in a row. */
const restStaleMs = 100_000
/** REST may lag behind the socket by 15 s; a gap that waits for longer than this cannot be refilled now. */
const gapGraceMs = 45_000

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`

/** The socket: healthy while anything at all, a ping included, came within the watchdog's age. */
export function judgeSocket(facts: FeedFacts, nowMs: number): Judgement {
  const { state, reason } = feedState(facts, nowMs)
  if (state === 'auth_failed' || state === 'stopped') return { status: 'unhealthy', reason }
  if (facts.openedAtMs === null) {
    const fresh = facts.establishedAtMs === null && nowMs - facts.startedAtMs < startGraceMs
    return fresh
      ? { status: 'starting', reason: 'connecting' }
      : { status: 'unhealthy', reason: `not connected: ${reason}` }
  }
  // A paused socket reads no pings; its silence says nothing.
  if (facts.pausedAtMs !== null) return { status: 'degraded', reason }
  const age = nowMs - Math.max(facts.lastActivityAtMs ?? 0, facts.openedAtMs)
  if (age > deadAfterMs) return { status: 'unhealthy', reason: `no sign of life for ${seconds(age)}` }
  if (age > pingAfterMs) return { status: 'degraded', reason: `no sign of life for ${seconds(age)}` }
  return { status: 'healthy' }
}

/** The trades: healthy while they come, or while the market may be quiet. */
export function judgeTrades(facts: FeedFacts, gapWaitingSinceMs: number | null, nowMs: number): Judgement {
  const { state, reason } = feedState(facts, nowMs)
  if (state === 'auth_failed' || state === 'stopped') return { status: 'unhealthy', reason }
  if (facts.confirmedAtMs === null) {
    const fresh = facts.establishedAtMs === null ? facts.startedAtMs : (facts.openedAtMs ?? -Infinity)
    return nowMs - fresh < startGraceMs
      ? { status: 'starting', reason: 'awaiting the trade subscription' }
      : { status: 'unhealthy', reason: `no trade subscription: ${reason}` }
  }
  if (state === 'paused') return { status: 'degraded', reason }
  const silent = silentSince(facts, nowMs)
  if (silent !== undefined) return { status: 'degraded', reason: `no trade for ${seconds(nowMs - silent)}` }
  if (gapWaitingSinceMs !== null && nowMs - gapWaitingSinceMs > gapGraceMs) {
    return {
      status: 'degraded',
      reason: `a gap waits to be refilled for ${seconds(nowMs - gapWaitingSinceMs)}`,
    }
  }
  return { status: 'healthy' }
}

/** What the directory knows of its source. */
export type DirectoryFacts = {
  readonly startedAtMs: number
  readonly lastAnswerAtMs: number | null
  readonly lastError: string
  readonly preloaded: boolean
}

/** The directory: healthy while REST answers. Titles it has stay good without; so it never is unhealthy. */
export function judgeDirectory(facts: DirectoryFacts, nowMs: number): Judgement {
  if (facts.lastAnswerAtMs === null) {
    return nowMs - facts.startedAtMs < startGraceMs
      ? { status: 'starting', reason: 'awaiting the first answer' }
      : { status: 'degraded', reason: `the REST API has not answered yet: ${facts.lastError}` }
  }
  const age = nowMs - facts.lastAnswerAtMs
  if (age > restStaleMs) {
    return {
      status: 'degraded',
      reason: `no answer from the REST API for ${seconds(age)}: ${facts.lastError}`,
    }
  }
  return { status: 'healthy' }
}
