import { describe, expect, test } from '@jest/globals'
import { Metrics } from './metrics.ts'

describe('Metrics', () => {
  test('puts the prefix before every name, with labels and values read at scrape', async () => {
    const metrics = new Metrics()
    metrics.counter('trades_total', 'trades', ['side']).inc({ side: 'yes' }, 2)
    metrics.counter('frames_total', 'frames', ['type'], (counter) => {
      counter.reset()
      counter.inc({ type: 'ok' }, 7)
    })
    metrics.gauge('depth', 'depth', [], (gauge) => gauge.set(4))
    metrics.histogram('size', 'size', { buckets: [1] }).observe(0.5)
    await metrics.registry.metrics()
    const text = await metrics.registry.metrics()
    expect(text).toContain('whalecast_trades_total{side="yes"} 2')
    expect(text).toContain('whalecast_frames_total{type="ok"} 7')
    expect(text).toContain('whalecast_depth 4')
    expect(text).toContain('whalecast_size_bucket{le="1"} 1')
  })

  test('records hops in one histogram, and no time below zero', async () => {
    const metrics = new Metrics()
    metrics.latency('exchange_ingest')(-5)
    metrics.latency('end_to_end')(0.004)
    const text = await metrics.registry.metrics()
    expect(text).toContain('whalecast_latency_seconds_sum{hop="exchange_ingest"} 0')
    expect(text).toContain('whalecast_latency_seconds_bucket{le="0.005",hop="end_to_end"} 1')
  })

  test('of this process, only counters end like counters', async () => {
    const metrics = new Metrics()
    metrics.collectProcess()
    const declared = await metrics.registry.getMetricsAsJSON()
    expect(declared.length).toBeGreaterThan(10)
    // The library has its types as words and declares them as numbers.
    for (const { name, type } of declared)
      expect({ name, counter: name.endsWith('_total') }).toEqual({
        name,
        counter: String(type) === 'counter',
      })
  })

  test('refuses a name twice', () => {
    const metrics = new Metrics()
    metrics.counter('a', 'a')
    expect(() => metrics.gauge('a', 'a')).toThrow(/already been registered/)
  })
})
