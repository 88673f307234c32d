import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '@whalecast/runtime'
import { PartitionLostError } from './adapters/told.ts'
import type { Breaker } from './domain/breaker.ts'
import type { Broker, Order, Placed } from './domain/broker.ts'
import type { Condition } from './domain/condition.ts'
import type { Verdict } from './domain/results.ts'

/** Between two questions, or two attempts to send. */
const firstPauseMs = 100
const longestPauseMs = 2_000
/** An order that the broker says it has, and does not show for so long, counts as placed nevertheless. */
const showWithinMs = 15_000

export type CarryOutDeps = {
  readonly broker: Broker
  readonly breaker: Breaker
  readonly condition: Condition
  readonly now: Clock
  /** Aborts when the partition is lost. */
  readonly over: AbortSignal
  /** Says that nobody knows whether the order arrived; the final word follows. */
  readonly onDoubt: (reason: string) => Promise<void>
}

type Found = { readonly placed: Placed } | 'nothing' | 'unanswered'

/**
 * Carries out one order, once. Where it may have been sent before, the broker is asked for it first; where the outcome
 * of sending is unknown, it is asked until it says. It is sent again only under the same id, which a broker takes once.
 *
 * Ends with a final verdict, however long the broker is away; throws PartitionLostError when the partition is lost.
 */
export async function carryOut(order: Order, mayHaveBeenSent: boolean, deps: CarryOutDeps): Promise<Verdict> {
  const { broker, breaker, condition, now, over, onDoubt } = deps
  let pauseMs = firstPauseMs
  const pause = async () => {
    await wait(pauseMs, undefined, { signal: over }).catch(() => undefined)
    pauseMs = Math.min(2 * pauseMs, longestPauseMs)
  }
  /** When it was sent last without a word of what became of it. */
  let inDoubtSinceMs = mayHaveBeenSent ? now() : undefined
  let knownSinceMs: number | undefined
  let lastReason = ''
  for (;;) {
    if (over.aborted) throw new PartitionLostError('the partition is no longer held')
    if (inDoubtSinceMs !== undefined || knownSinceMs !== undefined) {
      condition.doubts(order.client_order_id, now())
      const found = await ask(order, broker)
      if (found === 'unanswered') {
        await pause()
        continue
      }
      if (found !== 'nothing') return { status: 'placed', order: found.placed }
    }
    if (knownSinceMs !== undefined) {
      if (now() - knownSinceMs > showWithinMs) return { status: 'placed', order: unseen }
      await pause()
      continue
    }
    const hindrance = hindranceOf(order, now(), breaker, lastReason)
    if (hindrance) {
      // It can still turn up: only after a while does "not there" mean that it never came.
      if (inDoubtSinceMs === undefined || now() - inDoubtSinceMs >= broker.settleMs) return hindrance
      await pause()
      continue
    }
    const sentMs = now()
    const outcome = await broker.place(order)
    switch (outcome.type) {
      case 'placed':
        breaker.succeeded()
        return { status: 'placed', order: outcome.order }
      case 'rejected':
        breaker.succeeded()
        return { status: 'rejected', reason: outcome.reason }
      case 'known':
        breaker.succeeded()
        knownSinceMs = sentMs
        break
      case 'not_sent':
        lastReason = outcome.reason
        breaker.failed(outcome.reason, now())
        condition.failed(outcome.reason)
        await pause()
        break
      case 'unknown':
        lastReason = outcome.reason
        inDoubtSinceMs = now()
        breaker.failed(outcome.reason, now())
        condition.failed(outcome.reason)
        condition.doubts(order.client_order_id, now())
        await onDoubt(outcome.reason)
        break
    }
  }
}

const unseen: Placed = { orderId: null, filledE2: 0, remainingE2: 0, averagePriceE4: null, feeE6: 0 }

async function ask(order: Order, broker: Broker): Promise<Found> {
  try {
    const placed = await broker.find(order)
    return placed ? { placed } : 'nothing'
  } catch {
    return 'unanswered'
  }
}

/** Why the order may not be sent now. Allowing one is also asking the breaker for its trial. */
function hindranceOf(order: Order, nowMs: number, breaker: Breaker, lastReason: string): Verdict | undefined {
  if (nowMs > order.valid_until_ms) {
    const late = `it was valid until ${nowMs - order.valid_until_ms} ms ago`
    return { status: 'expired', reason: lastReason === '' ? late : `${late}; ${lastReason}` }
  }
  const refusal = breaker.refusal(nowMs)
  return refusal === undefined ? undefined : { status: 'rejected', reason: refusal }
}
