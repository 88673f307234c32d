import { createRequire } from 'node:module'
import { toTradeFrame, type Trade } from '@whalecast/events'
import { Redis } from 'ioredis'

/** A message as clients get it: the same text as from ws-broadcast. */
export type PeerMessage = {
  readonly type: string
  readonly ts: number
  readonly channel: string
  readonly version?: number
  readonly data: object
}

/** A topic of the bus, with the default prefix, and the messages that a text on it stands for. */
export type PeerSource = {
  readonly topic: string
  readonly messagesOf: (text: string) => readonly PeerMessage[]
}

const tape: PeerSource = {
  topic: '{whalecast:tape:tape}:topic',
  messagesOf(text) {
    const { items }: { readonly items: readonly Trade[] } = JSON.parse(text)
    const ts = Date.now()
    return items.flatMap((trade) => {
      const data = toTradeFrame(trade)
      return ['tape', `tape:${trade.market_ticker}`].map((channel) => ({ type: 'trade', ts, channel, data }))
    })
  },
}

export type PeerServer = {
  readonly port: number
  /** Whether anybody listens to a channel. */
  readonly isListened: (channel: string) => boolean
  readonly publish: (channel: string, message: PeerMessage) => void
}

/** Bytes that may wait for one client, where a peer can bound them: as many as ws-broadcast's default. */
export const clientBufferBytes = 1_048_576

/**
 * Feeds a peer from the same Redis topic as ws-broadcast and says on stdout where it listens. It ends when stdin does,
 * so with the process that started it. Nothing of what ws-broadcast does besides is done here: no schema is checked,
 * nothing is counted, limited, remembered or proved, which is in the peer's favour.
 */
export async function servePeer(
  { port, isListened, publish }: PeerServer,
  { topic, messagesOf }: PeerSource = tape,
): Promise<void> {
  const redis = new Redis(process.env['REDIS_URL'] ?? '')
  redis.on('message', (_topic, text) => {
    for (const message of messagesOf(text)) if (isListened(message.channel)) publish(message.channel, message)
  })
  await redis.subscribe(topic)
  process.stdin.on('end', () => process.exit(0)).resume()
  process.stdout.write(`${JSON.stringify({ port })}\n`)
}

/** The channels that a client asks for with `{"type":"subscribe","channels":[…]}`. */
export function askedChannels(text: string): readonly string[] {
  const { channels }: { readonly channels: readonly string[] } = JSON.parse(text)
  return channels
}

export const subscribedText = (channels: readonly string[]): string =>
  JSON.stringify({ type: 'subscribed', ts: Date.now(), data: { channels } })

/** A package of the folder in which the peers are installed. */
export const peerPackage = (name: string): unknown => createRequire(`${process.env['PEER_DIR']}/`)(name)
