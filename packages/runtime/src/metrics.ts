import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

const prefix = 'whalecast_'

/** From half a millisecond (one hop on an idle machine) to half a minute (a refill after an outage). */
const latencyBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Gauges with the name of a counter; each is only the sum of one with labels. */
const misnamed = ['active_handles_total', 'active_requests_total', 'active_resources_total']

/** The process's Prometheus metrics; every name gets the prefix `whalecast_`. A name can be made once. */
export class Metrics {
  readonly registry = new Registry()
  #latency: Histogram<'hop'> | undefined

  /** With `collect` the value is brought up to date when it is scraped: for what is counted too often to tell each time. */
  counter<Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
    collect?: (counter: Counter<Label>) => void,
  ): Counter<Label> {
    const counter: Counter<Label> = new Counter({
      name: prefix + name,
      help,
      labelNames,
      registers: [this.registry],
      ...(collect && { collect: () => collect(counter) }),
    })
    return counter
  }

  /** With `collect` the value is read when it is scraped. */
  gauge<Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
    collect?: (gauge: Gauge<Label>) => void,
  ): Gauge<Label> {
    const gauge: Gauge<Label> = new Gauge({
      name: prefix + name,
      help,
      labelNames,
      registers: [this.registry],
      ...(collect && { collect: () => collect(gauge) }),
    })
    return gauge
  }

  histogram<Label extends string = never>(
    name: string,
    help: string,
    options: { readonly labelNames?: readonly Label[]; readonly buckets?: readonly number[] } = {},
  ): Histogram<Label> {
    return new Histogram({
      name: prefix + name,
      help,
      labelNames: options.labelNames ?? [],
      buckets: [...(options.buckets ?? latencyBuckets)],
      registers: [this.registry],
    })
  }

  /** Records how long a hop took, in `whalecast_latency_seconds{hop}`. Clocks that disagree count as zero. */
  latency(hop: string): (seconds: number) => void {
    this.#latency ??= this.histogram('latency_seconds', 'how long one hop of a message took', {
      labelNames: ['hop'],
    })
    const histogram = this.#latency.labels(hop)
    return (seconds) => histogram.observe(Math.max(0, seconds))
  }

  /** Adds memory, CPU, garbage collection and event loop lag of this process. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.registry, prefix })
    for (const name of misnamed) this.registry.removeSingleMetric(`${prefix}nodejs_${name}`)
  }
}
