import type { TradingState } from '@whalecast/events'
import type { TradingContent } from './trading-content.ts'

/**
 * Gives each state that differs from the one before the next version, across restarts too. When something was read,
 * without anything being different, is no difference: an account that is left alone stays at its version.
 */
export class TradingVersions {
  private version: number
  private told: string | undefined

  constructor(stored: TradingState | undefined) {
    this.version = stored?.version ?? 0
    if (!stored) return
    const { version: _v, timestamp_ms: _t, ...content } = stored
    this.told = essence(content)
  }

  /** The state to be told; undefined when it is the one that was told last. */
  next(content: TradingContent, nowMs: number): TradingState | undefined {
    const text = essence(content)
    if (text === this.told) return undefined
    this.told = text
    this.version += 1
    return { timestamp_ms: nowMs, version: this.version, ...content }
  }
}

/** Keys in the order of the schema do not matter: a stored state comes back with an order of its own. */
function essence(content: TradingContent): string {
  const { sync_timestamp_ms: _, position_listener, positions_details, ...rest } = content
  const { last_update_ms: _l, ...listener } = position_listener
  const positions = positions_details.map(({ last_updated_ms: _p, ...position }) => position)
  return JSON.stringify(sorted({ ...rest, listener, positions }))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]))
}
