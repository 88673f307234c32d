import { serveWsPeer } from './ws-peer.ts'

// The predecessor's way: every message is serialised for every client.
await serveWsPeer((clients, message) => {
  for (const client of clients) client.send(JSON.stringify(message))
})
