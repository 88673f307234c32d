import { randomUUID } from 'node:crypto'
import type { Lease } from './bus.ts'
import { BrokerClosedError, type Broker } from './broker.ts'
import { aborted, pause } from './pause.ts'

export type LeaseOptions = {
  readonly broker: Broker
  readonly name: string
  readonly instance: string
  readonly ttlMs: number
  /** Ends the wait. */
  readonly signal: AbortSignal
  /** Ends the wait and, once it is held, the lease. */
  readonly closing: AbortSignal
}

/**
 * Waits for a lease and keeps it: renewed at a third of its time to live, lost at the latest when that time
 * has passed since the last renewal that succeeded was sent, even if the broker cannot be asked.
 */
export async function holdLease(options: LeaseOptions): Promise<Lease> {
  const { broker, name, instance, ttlMs, closing } = options
  const signal = AbortSignal.any([options.signal, closing])
  const holder = `${instance}/${randomUUID()}`
  const pollMs = Math.max(20, Math.floor(ttlMs / 10))
  const ended = aborted(signal)
  for (;;) {
    signal.throwIfAborted()
    const asked = performance.now()
    const asking = broker.acquire(name, holder, ttlMs)
    // While the broker is away the answer may take for ever; the wait still ends with its signal.
    const term = await Promise.race([asking, ended])
    if (signal.aborted) {
      asking.then(() => broker.release(name, holder)).catch(() => undefined)
      continue
    }
    // A term that came late may have expired already; asking again as the same holder renews it.
    if (term && performance.now() - asked < ttlMs / 2) {
      return keep({ broker, name, ttlMs, closing, holder, term, confirmedAt: asked })
    }
    if (!term) await pause(pollMs, signal)
  }
}

type Held = Omit<LeaseOptions, 'instance' | 'signal'> & {
  readonly holder: string
  readonly term: number
  readonly confirmedAt: number
}

function keep({ broker, name, ttlMs, closing, holder, term, confirmedAt }: Held): Lease {
  const lost = new AbortController()
  let confirmed = confirmedAt
  let released: Promise<void> | undefined

  const end = (reason: string) => {
    clearInterval(renewing)
    clearTimeout(expiry)
    if (!lost.signal.aborted) lost.abort(new Error(`lease ${name} ${reason}`))
  }
  const expireIn = (ms: number) => setTimeout(() => end('expired'), Math.max(0, ms))
  let expiry = expireIn(ttlMs - (performance.now() - confirmed))
  const renew = async () => {
    const asked = performance.now()
    try {
      if (!(await broker.renew(name, holder, ttlMs))) return end('was taken over')
    } catch (error) {
      if (error instanceof BrokerClosedError) end('ended with its bus')
      return
    }
    if (lost.signal.aborted) return
    confirmed = asked
    clearTimeout(expiry)
    expiry = expireIn(ttlMs - (performance.now() - confirmed))
  }
  const renewing = setInterval(() => void renew(), Math.max(10, Math.floor(ttlMs / 3)))
  const release = (): Promise<void> => {
    released ??= (async () => {
      end('was released')
      await broker.release(name, holder).catch(() => undefined)
    })()
    return released
  }
  closing.addEventListener('abort', () => void release(), { once: true, signal: lost.signal })
  return { name, fence: { owner: name, term }, lost: lost.signal, release }
}
