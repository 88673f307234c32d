import { describe, expect, test } from '@jest/globals'
import { between, boundOf, histogramOf, parseMetrics, sumOf } from './prometheus.ts'

const scrape = (slow: number) => `# HELP whalecast_latency_seconds how long
# TYPE whalecast_latency_seconds histogram
whalecast_latency_seconds_bucket{le="0.001",hop="a",service="x"} 90
whalecast_latency_seconds_bucket{le="0.01",hop="a",service="x"} ${95 + slow}
whalecast_latency_seconds_bucket{le="+Inf",hop="a",service="x"} ${100 + slow}
whalecast_latency_seconds_bucket{le="+Inf",hop="b",service="x"} 7
whalecast_queue_items_total{queue="trades",outcome="accepted"} 12
whalecast_queue_items_total{queue="trades",outcome="rejected_full"} 3
whalecast_queue_items_total{queue="a \\"b\\"",outcome="rejected_closed"} 4
whalecast_up 1 1700000000000
`

describe('a scrape', () => {
  test('is summed by name and labels', () => {
    const samples = parseMetrics(scrape(0))
    const rejected = (labels: ReadonlyMap<string, string>) => labels.get('outcome')?.startsWith('rejected')
    expect(sumOf(samples, 'whalecast_queue_items_total', (labels) => rejected(labels) === true)).toBe(7)
    expect(sumOf(samples, 'whalecast_queue_items_total')).toBe(19)
    expect(sumOf(samples, 'whalecast_up')).toBe(1)
    expect(sumOf(samples, 'missing')).toBe(0)
  })

  test('gives the bounds of quantiles, of everything and of a time between two', () => {
    const [before, after] = [scrape(0), scrape(200)].map((text) =>
      histogramOf(parseMetrics(text), 'whalecast_latency_seconds', 'a'),
    )
    expect(boundOf(before!, 0.5)).toBe(0.001)
    expect(boundOf(before!, 0.95)).toBe(0.01)
    expect(boundOf(before!, 0.99)).toBe(Infinity)
    expect(boundOf(between(before!, after!), 0.5)).toBe(0.01)
    expect(boundOf(between(before!, before!), 0.5)).toBeUndefined()
  })
})
