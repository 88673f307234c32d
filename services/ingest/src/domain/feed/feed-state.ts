import type { FeedState } from '@whalecast/events'
import { isWeeklyPause } from '../trading-hours.ts'

/** Longer than this without a trade on the whole exchange is worth a word; below it a quiet night looks broken. */
const silenceMs = 60_000

/** What is known of the exchange feed now. Its state and its health are derived from this, never remembered. */
export type FeedFacts = {
  readonly startedAtMs: number
  /** When the connection that is open now was opened; null while there is none. */
  readonly openedAtMs: number | null
  /** When the first connection ever was opened. */
  readonly establishedAtMs: number | null
  /** When the exchange confirmed the trade subscription of this connection. */
  readonly confirmedAtMs: number | null
  /** When reading stopped because the trades queue is full; null while it reads. */
  readonly pausedAtMs: number | null
  /** The newest sign of life on the socket: a frame, a ping or a pong. */
  readonly lastActivityAtMs: number | null
  /** When the newest trade was read. */
  readonly lastTradeAtMs: number | null
  /** Why the last connection ended; empty before the first one did. */
  readonly closeReason: string
  /** Why no further attempt is made: the exchange refused for good, or the process stops. */
  readonly ended: { readonly state: 'auth_failed' | 'stopped'; readonly reason: string } | null
  /** The exchange itself says that nothing is traded. */
  readonly tradingHalted: boolean
}

/** Since when no trade came although trades are to be expected; undefined while all is well. */
export function silentSince(facts: FeedFacts, nowMs: number): number | undefined {
  if (facts.confirmedAtMs === null || facts.pausedAtMs !== null) return undefined
  const since = Math.max(facts.confirmedAtMs, facts.lastTradeAtMs ?? 0)
  if (nowMs - since <= silenceMs) return undefined
  // The pause itself, and the silence of the pause while the first trade after it is awaited.
  const expected = facts.tradingHalted || isWeeklyPause(nowMs) || isWeeklyPause(nowMs - silenceMs)
  return expected ? undefined : since
}

/**
 * The state that feed_state tells, with its reason. The first that holds: stopped or auth_failed,
 * connecting (never open yet, or open and not subscribed), reconnecting, paused, silent, live.
 */
export function feedState(facts: FeedFacts, nowMs: number): Pick<FeedState, 'state' | 'reason'> {
  if (facts.ended !== null) return facts.ended
  if (facts.openedAtMs === null) {
    return {
      state: facts.establishedAtMs === null ? 'connecting' : 'reconnecting',
      reason: facts.closeReason,
    }
  }
  if (facts.pausedAtMs !== null) return { state: 'paused', reason: 'the trades queue is full' }
  if (facts.confirmedAtMs === null) return { state: 'connecting', reason: 'awaiting the trade subscription' }
  if (silentSince(facts, nowMs) !== undefined) {
    return { state: 'silent', reason: 'no trade comes although trading is open' }
  }
  return { state: 'live', reason: '' }
}
