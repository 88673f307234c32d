import { serveWsPeer } from './ws-peer.ts'

// `ws` as its documentation shows a broadcast, serialised once.
await serveWsPeer((clients, message) => {
  const bytes = Buffer.from(JSON.stringify(message))
  for (const client of clients) client.send(bytes, { binary: false })
})
