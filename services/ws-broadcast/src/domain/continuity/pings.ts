import type { Positions } from '@whalecast/events'
import type { FrameEncoder, Hub, OutFrame } from '@whalecast/fanout'
import type { Board } from '../channels/board.ts'
import type { Client } from '../conversation/client.ts'
import { channelOf } from '../channels/feeds.ts'

export type PingOptions = {
  readonly board: Pick<Board, 'positions'>
  readonly hub: Pick<Hub<Client>, 'feedsOf'>
  readonly encoder: FrameEncoder
}

/**
 * Pings that carry this replica's place in the logs that a client listens to. An entry is queued for its listeners in
 * the very turn in which it moves that place, so all up to it was queued before the ping. Of a log that a client does
 * not listen to yet nothing is said, though it may have asked for it meanwhile: what it missed there is still to come.
 * One frame a moment for all to whom it says the same.
 */
export function createPings({ board, hub, encoder }: PingOptions) {
  let madeAtMs: number | undefined
  const made = new Map<string, OutFrame>()
  return (nowMs: number, client: Client): OutFrame => {
    const all = board.positions(client.caller.scopes)
    const positions: Positions = {}
    for (const channel of new Set(hub.feedsOf(client).map(channelOf))) {
      const position = all[channel]
      if (position) positions[channel] = position
    }
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
