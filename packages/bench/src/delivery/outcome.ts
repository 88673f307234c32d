import type { Verdict } from '@whalecast/delivery'
import type { DeliveryOptions, ScenarioName } from './options.ts'

/** Prints one line. */
export type Say = (line: string) => void

/** What a scenario came to with one server. */
export type Outcome = {
  readonly scenario: ScenarioName
  readonly subject: 'ws-broadcast' | 'Socket.IO'
  readonly verdict: Verdict
  /** Further figures, by their name. */
  readonly figures: Readonly<Record<string, number>>
}

/** Where a scenario plays. */
export type Scene = {
  readonly options: DeliveryOptions
  readonly say: Say
  /** Ends everything. */
  readonly signal: AbortSignal
}
