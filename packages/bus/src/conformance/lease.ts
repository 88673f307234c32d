import { describe, expect, test } from '@jest/globals'
import type { Lease } from '../bus.ts'
import { leadWhenever } from '../lead.ts'
import { aborted } from '../pause.ts'
import type { ConformanceBus } from './conformance-bus.ts'
import { until } from './settled.ts'

export function leaseConformance(make: () => Promise<ConformanceBus>): void {
  describe('lease', () => {
    test('one holds it; the next gets it on release, with a higher term', async () => {
      await using broker = await make()
      const [one, two] = [await broker.open(), await broker.open()]
      const first = await one.lease('job')
      let second: Lease | undefined
      const waiting = two.lease('job').then((lease) => (second = lease))
      await two.ping()
      expect(second).toBeUndefined()
      await first.release()
      await first.release()
      await waiting
      expect(first.lost.aborted).toBe(true)
      expect(second!.fence).toMatchObject({ owner: 'job' })
      expect(second!.fence.term).toBeGreaterThan(first.fence.term)
      await second!.release()
    })

    test('it is kept beyond its time to live while its holder lives', async () => {
      await using broker = await make()
      const bus = await broker.open()
      // Renewed well within it, unless the machine stands still for longer than this.
      const lease = await bus.lease('job', { ttlMs: 500 })
      const started = performance.now()
      await until(() => performance.now() - started > 1_000, 'twice its time to live')
      expect(lease.lost.aborted).toBe(false)
      await lease.release()
    })

    test('waiting ends with its signal', async () => {
      await using broker = await make()
      const [one, two] = [await broker.open(), await broker.open()]
      const lease = await one.lease('job')
      const ending = new AbortController()
      const waiting = two.lease('job', { signal: ending.signal })
      ending.abort(new Error('no longer wanted'))
      await expect(waiting).rejects.toThrow('no longer wanted')
      await lease.release()
    })

    test('leading goes on in a new term after one that failed, and ends with its signal', async () => {
      await using broker = await make()
      const bus = await broker.open()
      const ending = new AbortController()
      const terms: number[] = []
      const failures: unknown[] = []
      const leading = leadWhenever(
        { bus, name: 'job', signal: ending.signal, onFailure: (error) => void failures.push(error) },
        async (lease, over) => {
          terms.push(lease.fence.term)
          if (terms.length === 1) throw new Error('first term')
          await aborted(over)
        },
      )
      await until(() => terms.length === 2, 'a second term')
      ending.abort()
      await leading
      expect(failures).toEqual([new Error('first term')])
      expect(terms[1]).toBeGreaterThan(terms[0]!)
      const next = await bus.lease('job')
      await next.release()
    })

    test('the signal of a wait does not end the lease', async () => {
      await using broker = await make()
      const bus = await broker.open()
      const waiting = new AbortController()
      const lease = await bus.lease('job', { signal: waiting.signal })
      waiting.abort()
      expect(lease.lost.aborted).toBe(false)
      await lease.release()
    })

    test('closing a bus gives its leases back', async () => {
      await using broker = await make()
      const [one, two] = [await broker.open(), await broker.open()]
      const first = await one.lease('job')
      await one.close()
      const second = await two.lease('job')
      expect(first.lost.aborted).toBe(true)
      expect(second.fence.term).toBeGreaterThan(first.fence.term)
      await second.release()
    })
  })
}
