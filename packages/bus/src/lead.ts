import type { Bus, Lease } from './bus.ts'
import { pause } from './pause.ts'

/** A term that ends at once ends for a reason that a moment may cure and haste does not. */
const shortestTermMs = 1_000

export type LeadOptions = {
  readonly bus: Pick<Bus, 'lease' | 'connected'>
  /** Name of the lease. */
  readonly name: string
  readonly signal: AbortSignal
  /** A term that threw. It is followed by another. */
  readonly onFailure: (error: unknown) => void
}

/**
 * Leads whenever the lease can be had, and stands by otherwise, until the signal aborts. `term` should end soon
 * after `over` aborts (the signal, or the lease is lost); the lease is given back when it has ended.
 */
export async function leadWhenever(
  { bus, name, signal, onFailure }: LeadOptions,
  term: (lease: Lease, over: AbortSignal) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    let lease: Lease
    try {
      lease = await bus.lease(name, { signal })
    } catch (error) {
      if (!signal.aborted) throw error
      return
    }
    const began = performance.now()
    try {
      await term(lease, AbortSignal.any([signal, lease.lost]))
    } catch (error) {
      if (!signal.aborted) onFailure(error)
    } finally {
      // Without a broker there is nobody to give it back to, and it expires by itself.
      if (bus.connected) await lease.release()
    }
    await pause(Math.max(0, shortestTermMs - (performance.now() - began)), signal)
  }
}
