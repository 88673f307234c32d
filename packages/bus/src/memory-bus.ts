import type { Bus, Notice } from './bus.ts'
import { CoreBus } from './core-bus.ts'
import type { MemoryBroker } from './memory-broker.ts'

/** A bus over a broker in this process; buses that share the broker reach each other. */
export function createMemoryBus(
  broker: MemoryBroker,
  options: { readonly instance?: string; readonly onNotice?: (notice: Notice) => void } = {},
): Bus {
  return new CoreBus({ broker, instance: options.instance ?? 'memory', onNotice: options.onNotice })
}
