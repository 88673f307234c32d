import { Counter, Gauge, Registry } from 'prom-client'

const counters = {
  bus_published_total: ['Messages handed to the bus, by what became of them', ['channel', 'outcome']],
  bus_tape_lost_total: ['Tape items known to be lost before they reached this process', ['channel']],
  bus_handler_errors_total: ['Handlers that threw or took too long', ['channel', 'owner', 'reason']],
  bus_handler_quarantines_total: [
    'Times a handler was left alone: too slow several times in a row, or failing too often',
    ['channel', 'owner', 'reason'],
  ],
  bus_refills_total: ['Times a log subscription was refilled from the stream', ['channel']],
  bus_gaps_total: ['Stretches of a log channel that could not be refilled', ['channel']],
  bus_lost_tails_total: ['Times a beat told of entries that were never heard', ['channel']],
  bus_reader_restarts_total: [
    'Times the reading connection was made anew because it was silent',
    ['channel'],
  ],
  bus_conflated_total: ['Latest values skipped because a newer one came first', ['channel', 'owner']],
  bus_dead_letters_total: ['Payloads put on the dead-letter list', ['source', 'reason']],
  queue_items_total: ['Items handed to a work queue, by what became of them', ['queue', 'outcome']],
  queue_batches_total: ['Batches taken from a work queue, by what became of them', ['queue', 'outcome']],
} as const

const gauges = {
  queue_utilization: ['Items sent and not yet committed, as a share of the capacity', ['queue']],
  queue_outstanding: ['Items sent and not yet committed', ['queue']],
  bus_handlers_quarantined: ['Handlers that are left alone for a while', ['channel', 'owner']],
  bus_connected: ['Whether commands reach the broker (1) or not (0)', []],
} as const

type CounterName = keyof typeof counters
type GaugeName = keyof typeof gauges
type Labels<
  Table extends Record<string, readonly [string, readonly string[]]>,
  Name extends keyof Table,
> = Record<Table[Name][1][number], string>

/** The bus's metrics, on the registry of its process; prefix `whalecast_`. */
export class Telemetry {
  private readonly registry: Registry
  private readonly counters = new Map<string, Counter>()
  private readonly gauges = new Map<string, Gauge>()

  constructor(registry = new Registry()) {
    this.registry = registry
  }

  count<Name extends CounterName>(name: Name, labels: Labels<typeof counters, Name>, by = 1): void {
    if (by > 0) this.counter(name).inc(labels, by)
  }

  set<Name extends GaugeName>(name: Name, labels: Labels<typeof gauges, Name>, value: number): void {
    this.gauge(name).set(labels, value)
  }

  move<Name extends GaugeName>(name: Name, labels: Labels<typeof gauges, Name>, by: number): void {
    this.gauge(name).inc(labels, by)
  }

  private counter(name: CounterName): Counter {
    const made = this.counters.get(name) ?? this.registry.getSingleMetric(`whalecast_${name}`)
    if (made instanceof Counter) return made
    const [help, labelNames] = counters[name]
    const metric = new Counter({
      name: `whalecast_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
    })
    this.counters.set(name, metric)
    return metric
  }

  private gauge(name: GaugeName): Gauge {
    const made = this.gauges.get(name) ?? this.registry.getSingleMetric(`whalecast_${name}`)
    if (made instanceof Gauge) return made
    const [help, labelNames] = gauges[name]
    const metric = new Gauge({
      name: `whalecast_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
    })
    this.gauges.set(name, metric)
    return metric
  }
}
