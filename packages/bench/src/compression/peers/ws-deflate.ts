import { deflateFromBytes, deflateLevel, deflateWindowBits } from '@whalecast/fanout/wire'
import type { PeerSource } from '../../fanout/peers/peer.ts'
import { serveWsPeer } from '../../fanout/peers/ws-peer.ts'

type Value = {
  readonly key: string
  readonly type: string
  readonly version: number
  readonly data: object
}

const books: PeerSource = {
  topic: '{whalecast:latest:book}:topic',
  messagesOf(text) {
    const { key, type, version, data }: Value = JSON.parse(text)
    return [{ type, ts: Date.now(), channel: `book:${key}`, version, data }]
  },
}

/** Each client's stream remembers its earlier messages, in a window of the usual size. */
const remembers = process.env['PEER_TAKEOVER'] === 'on'
const forgetful = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: deflateWindowBits,
}

// `ws` as its documentation shows it: serialised once, compressed for each client.
await serveWsPeer(
  (clients, message) => {
    const bytes = Buffer.from(JSON.stringify(message))
    for (const client of clients) client.send(bytes, { binary: false, compress: true })
  },
  {
    source: books,
    perMessageDeflate: {
      ...(remembers ? {} : forgetful),
      threshold: deflateFromBytes,
      zlibDeflateOptions: { level: deflateLevel },
    },
  },
)
