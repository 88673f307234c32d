import type { Position } from '@whalecast/events'
import type { FrameEncoder, OutFrame } from '@whalecast/fanout'

/** Tells a place in one log, between its entries: where an epoch begins that goes on with them. */
export function encodePlace(
  encoder: FrameEncoder,
  { channel, ts }: { readonly channel: string; readonly ts: number },
  place: Position,
): OutFrame {
  const data = { timestamp_ms: ts, positions: { [channel]: place } }
  return encoder.encode({ type: 'ping', data }, 'control')
}
