import type { ServerFrameMap, ServerFrameType } from '@whalecast/events'
import type { Envelope } from '@whalecast/events/wire'

/** A frame from the server: its `type` decides the payload. */
export type ServerFrame<Type extends ServerFrameType = ServerFrameType> = {
  [Name in Type]: Envelope<Name, ServerFrameMap[Name]>
}[Type]

/** What a text from the socket turned out to be. */
export type ParsedFrame =
  | { readonly kind: 'frame'; readonly frame: ServerFrame }
  /** A type that a newer server knows and this client does not. */
  | { readonly kind: 'unknown'; readonly frame: Envelope }
  | { readonly kind: 'invalid' }

// The compiler keeps this list equal to the schemas, which are not loaded at run time.
const known: Readonly<Record<ServerFrameType, true>> = {
  connection: true,
  history_replay: true,
  system_activity: true,
  trader_status: true,
  health: true,
  whale: true,
  whale_queue: true,
  whale_processing: true,
  decision: true,
  follow: true,
  trading_state: true,
  trading_state_delta: true,
  book: true,
  book_delta: true,
  ticker: true,
  feed_gap: true,
  feed_state: true,
  trade: true,
  subscribed: true,
  authenticated: true,
  gap: true,
  error: true,
  goaway: true,
  ping: true,
  pong: true,
}

const isKnown = (type: string): type is ServerFrameType => Object.hasOwn(known, type)

/** Every type that this version knows. */
export const frameTypes: readonly ServerFrameType[] = Object.keys(known).filter(isKnown)

/**
 * Reads one text frame; never throws. Only the envelope is checked: payloads come from a server of ours
 * that has validated them, and fields it does not know are left in place.
 */
export function parseServerFrame(text: string): ParsedFrame {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { kind: 'invalid' }
  }
  if (!isEnvelope(value)) return { kind: 'invalid' }
  return isServerFrame(value) ? { kind: 'frame', frame: value } : { kind: 'unknown', frame: value }
}

function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null) return false
  const { type, ts, data } = value as Partial<Record<keyof Envelope, unknown>>
  return typeof type === 'string' && typeof ts === 'number' && typeof data === 'object' && data !== null
}

function isServerFrame(envelope: Envelope): envelope is ServerFrame {
  return isKnown(envelope.type)
}
