import type { Registry } from 'prom-client'
import type { Bus, Notice } from './bus.ts'
import { CoreBus } from './core-bus.ts'
import type { MemoryBroker } from './memory-broker.ts'

/** A bus over a broker in this process; buses that share the broker reach each other. */
export function createMemoryBus(
  broker: MemoryBroker,
  options: {
    readonly instance?: string
    readonly registry?: Registry
    readonly onNotice?: (notice: Notice) => void
  } = {},
): Bus {
  return new CoreBus({ broker, ...options, instance: options.instance ?? 'memory' })
}
