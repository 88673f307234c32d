import { createRequire } from 'node:module'
import { toTradeFrame, type Trade } from '@whalecast/events'
import { Redis } from 'ioredis'

/** The topic on which the bus prints its tape, with the default prefix. */
const tapeTopic = '{whalecast:tape:tape}:topic'

/** A trade as clients get it: the same text as from ws-broadcast. */
export type PeerMessage = {
  readonly type: 'trade'
  readonly ts: number
  readonly channel: string
  readonly data: object
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
export async function servePeer({ port, isListened, publish }: PeerServer): Promise<void> {
  const redis = new Redis(process.env['REDIS_URL'] ?? '')
  redis.on('message', (_topic, text) => {
    const { items }: { readonly items: readonly Trade[] } = JSON.parse(text)
    const ts = Date.now()
    for (const trade of items) {
      const data = toTradeFrame(trade)
      for (const channel of ['tape', `tape:${trade.market_ticker}`])
        if (isListened(channel)) publish(channel, { type: 'trade', ts, channel, data })
    }
  })
  await redis.subscribe(tapeTopic)
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
