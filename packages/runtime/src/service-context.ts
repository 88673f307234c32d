import type { Facts } from './facts.ts'
import type { HealthBoard } from './health-board.ts'
import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'
import type { Env } from './read-settings.ts'

/** Every service, and how far its ops port lies above WHALECAST_OPS_PORT (the simulator has the first). */
export const opsPortOffsets = {
  ingest: 1,
  'whale-tracker': 2,
  'status-reporter': 3,
  'health-monitor': 4,
  'ws-broadcast': 5,
  executor: 6,
} as const

export type ServiceName = keyof typeof opsPortOffsets

/** Undoes one acquisition. */
export type Release = () => void | Promise<void>

/** What a service gets from the process it runs in. */
export type ServiceContext = {
  readonly name: ServiceName
  /** Unique per start of a process. */
  readonly instance: string
  readonly startedAtMs: number
  /** Aborts when the process is to stop. */
  readonly signal: AbortSignal
  readonly env: Env
  readonly logger: Logger
  readonly metrics: Metrics
  readonly health: HealthBoard
  readonly facts: Facts
  /** Registers what undoes an acquisition. Releases run in reverse order, whatever became of the others. */
  defer(label: string, release: Release): void
}
