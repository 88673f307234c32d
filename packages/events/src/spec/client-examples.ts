import type { ClientFrame } from '../frames.ts'

type Frame<Type extends ClientFrame['type']> = Extract<ClientFrame, { readonly type: Type }>
/** Of each field that there is, one way to fill it. */
type Whole<T> = { readonly [Field in keyof T]-?: Exclude<T[Field], undefined> }

/** A frame of each type that a client may send, with every field that it may have. */
export const clientExamples: { readonly [Type in ClientFrame['type']]: Whole<Frame<Type>> } = {
  subscribe: {
    type: 'subscribe',
    channels: ['whales', 'tape'],
    delta: true,
    filter: { min_size_dollars: 1_000, ticker_prefix: ['KX'] },
    max_hz: 10,
    resume: { whales: { epoch: 1, offset: 20 } },
  },
  unsubscribe: { type: 'unsubscribe', channels: ['status'] },
  auth: { type: 'auth', token: 'the-token' },
  resync: { type: 'resync', channel: 'health' },
  ping: { type: 'ping', timestamp_ms: 1_790_000_000_000 },
  pong: { type: 'pong', timestamp_ms: 1_790_000_000_000 },
}
