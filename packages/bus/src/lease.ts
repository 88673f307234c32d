import { randomUUID } from 'node:crypto'
import type { Lease } from './bus.ts'
import { BrokerClosedError, type Broker } from './broker.ts'
import { pause } from './pause.ts'

export type LeaseOptions = {
  readonly broker: Broker
  readonly name: string
  readonly instance: string
  readonly ttlMs: number
  readonly signal: AbortSignal
}

/**
 * Waits for a lease and keeps it: renewed at a third of its time to live, lost at the latest when that time
 * has passed since the last renewal that succeeded was sent, even if the broker cannot be asked.
 */
export async function holdLease({ broker, name, instance, ttlMs, signal }: LeaseOptions): Promise<Lease> {
  const holder = `${instance}/${randomUUID()}`
  const pollMs = Math.max(20, Math.floor(ttlMs / 10))
  for (;;) {
    signal.throwIfAborted()
    const asked = performance.now()
    const term = await broker.acquire(name, holder, ttlMs)
    // A term that came late may have expired already; asking again as the same holder renews it.
    if (term !== undefined && performance.now() - asked < ttlMs / 2) {
      if (!signal.aborted) return keep({ broker, name, ttlMs, signal, holder, term, confirmedAt: asked })
      await broker.release(name, holder)
    }
    if (term === undefined) await pause(pollMs, signal)
  }
}

type Held = Omit<LeaseOptions, 'instance'> & {
  readonly holder: string
  readonly term: number
  readonly confirmedAt: number
}

function keep({ broker, name, ttlMs, signal, holder, term, confirmedAt }: Held): Lease {
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
  signal.addEventListener('abort', () => void release(), { once: true, signal: lost.signal })
  return { name, fence: { owner: name, term }, lost: lost.signal, release }
}
