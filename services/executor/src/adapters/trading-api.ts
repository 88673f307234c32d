import { connectOrders, KalshiApiError } from '@whalecast/kalshi'
import type { BrokerName } from '../domain/broker.ts'
import { timeoutMs, type Access } from './demo-broker.ts'

/** The place where orders would go took no call of ours. Nothing was ordered. */
export class TradingApiError extends Error {
  override readonly name = 'TradingApiError'
}

/** Long enough for an exchange that starts beside us; what takes longer is away, and whoever started us tries again. */
const waitMs = 3_000

/**
 * Resolves once the broker's API has answered a call that needs our key. Rejects with TradingApiError when it refuses
 * the key, or answers nothing for a while: an executor that cannot order must not take orders on.
 */
export async function requireTradingApi(
  broker: BrokerName,
  { apiUrl, signer }: Access,
  signal: AbortSignal,
): Promise<void> {
  const patience = AbortSignal.timeout(waitMs)
  try {
    await connectOrders({ apiUrl, signer, timeoutMs }).resting(AbortSignal.any([signal, patience]))
  } catch (error) {
    signal.throwIfAborted()
    const reason = patience.aborted ? `no answer within ${waitMs / 1_000} s` : reasonOf(error)
    throw new TradingApiError(`the ${broker} broker cannot order at ${apiUrl}: ${reason}`, { cause: error })
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof KalshiApiError)) throw error
  return error.details === null ? error.message : `${error.message}: ${error.details}`
}
