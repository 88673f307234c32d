import type { FrameEncoder, OutFrame } from '@whalecast/fanout'
import type { Board } from './board.ts'
import type { Client } from './client.ts'

/**
 * Pings that carry this replica's place in every log. An entry is queued for its listeners in the very turn in which it
 * moves that place, so whatever a client listens to was queued before the ping. One frame a moment for all with the
 * same scopes.
 */
export function createPings({ board, encoder }: { readonly board: Board; readonly encoder: FrameEncoder }) {
  let madeAtMs: number | undefined
  const made = new Map<string, OutFrame>()
  return (nowMs: number, client: Client): OutFrame => {
    const positions = board.positions(client.caller.scopes)
    const says = JSON.stringify(positions)
    if (nowMs !== madeAtMs) made.clear()
    madeAtMs = nowMs
    const known = made.get(says)
    if (known) return known
    const ping = encoder.encode({ type: 'ping', data: { timestamp_ms: nowMs, positions } }, 'control')
    made.set(says, ping)
    return ping
  }
}
