import type { Registry } from 'prom-client'
import type { Bus, Notice } from '../bus.ts'
import { CoreBus } from '../core-bus.ts'
import { connectRedisBroker } from './redis-broker.ts'

export type RedisBusOptions = {
  /** `redis://host:port/db`. */
  readonly url: string
  /** Begins every key, so that several systems may share a Redis. @default 'whalecast' */
  readonly prefix?: string
  /** Unique per process start. */
  readonly instance: string
  /** Where the bus's metrics go. */
  readonly registry?: Registry
  readonly onNotice?: (notice: Notice) => void
}

/** The bus on Redis. Rejects with RedisUnreachableError when Redis does not answer now; later absences are borne. */
export async function connectRedisBus(options: RedisBusOptions): Promise<Bus> {
  const { url, prefix = 'whalecast', instance, registry, onNotice = () => undefined } = options
  const broker = await connectRedisBroker({ url, prefix, onNotice })
  return new CoreBus({ broker, instance, registry, onNotice })
}
