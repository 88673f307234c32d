import { describe, expect, test } from '@jest/globals'
import type { Lease } from '../bus.ts'
import type { ConformanceBus } from './conformance.ts'
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
      const lease = await bus.lease('job', { ttlMs: 60 })
      const started = performance.now()
      await until(() => performance.now() - started > 240, 'four times to live')
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
