import { batchSubprotocol } from '@whalecast/events/wire'
import type { Mark } from './frame-reader.ts'

/** How one kind of server is spoken to. */
export type Dialect = {
  readonly path: string
  /** What is asked for by `Sec-WebSocket-Protocol`. */
  readonly protocol?: string
  /** Where its trade messages can be told from all else. */
  readonly mark: Mark
  /** What a client sends when the connection is open. */
  hello(channels: readonly string[]): string | undefined
  /** What a client answers to a text that is no trade. */
  answer(text: string, channels: readonly string[]): string | undefined
  /** Whether the text says that the client now listens to its channels. */
  isReady(text: string): boolean
}

const plain: Dialect = {
  path: '/ws',
  mark: { text: 'trade"', at: '{"type":"'.length },
  hello: (channels) => JSON.stringify({ type: 'subscribe', channels }),
  answer: (text) => (text.startsWith('{"type":"ping"') ? '{"type":"pong"}' : undefined),
  isReady: (text) => text.startsWith('{"type":"subscribed"'),
}

/** As `plain`, with all messages of a turn in one frame, as SDKs and bots read them. */
const lines: Dialect = { ...plain, protocol: batchSubprotocol, mark: { ...plain.mark, lines: true } }

/** Engine.IO 4: `0` open, `2` ping, `3` pong, `4` message; in a message `0` connect, `2` event. */
const socketIo: Dialect = {
  path: '/socket.io/?EIO=4&transport=websocket',
  mark: { text: 'trade"', at: '42["'.length },
  hello: () => undefined,
  answer(text, channels) {
    if (text.startsWith('0')) return '40'
    if (text.startsWith('40')) return `42${JSON.stringify(['subscribe', channels])}`
    return text === '2' ? '3' : undefined
  },
  isReady: (text) => text.startsWith('42["subscribed"'),
}

export type DialectName = 'plain' | 'lines' | 'socket.io'

export const dialects: Readonly<Record<DialectName, Dialect>> = { plain, lines, 'socket.io': socketIo }
