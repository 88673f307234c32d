import type { FrameEncoder, OutFrame } from '@whalecast/fanout'
import type { Board } from './board.ts'
import type { Client } from './client.ts'
import type { Resume } from './resume.ts'

export type PingOptions = {
  readonly board: Pick<Board, 'positions'>
  readonly resume: Pick<Resume, 'under'>
  readonly encoder: FrameEncoder
}

/**
 * Pings that carry this replica's place in the logs. An entry is queued for its listeners in the very turn in which it
 * moves that place, so whatever a client listens to was queued before the ping; a log that a client is on its way back
 * into is left out. One frame a moment for all to whom it says the same.
 */
export function createPings({ board, resume, encoder }: PingOptions) {
  let madeAtMs: number | undefined
  const made = new Map<string, OutFrame>()
  return (nowMs: number, client: Client): OutFrame => {
    const positions = board.positions(client.caller.scopes)
    for (const channel of resume.under(client)) delete positions[channel]
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
