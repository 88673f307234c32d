import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import { askedChannels, servePeer, subscribedText, type PeerMessage } from './peer.ts'

/** Serves by `ws`; how a message gets to those who listen is what these peers differ in. */
export async function serveWsPeer(
  deliver: (clients: ReadonlySet<WebSocket>, message: PeerMessage) => void,
): Promise<void> {
  const listeners = new Map<string, Set<WebSocket>>()
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, backlog: 4_096, path: '/ws' })
  await once(server, 'listening')
  server.on('connection', (client) => {
    client.on('message', (data: Buffer) => {
      const channels = askedChannels(data.toString())
      for (const channel of channels) {
        const clients = listeners.get(channel) ?? new Set()
        listeners.set(channel, clients.add(client))
      }
      client.send(subscribedText(channels))
    })
    client.on('close', () => {
      for (const [channel, clients] of listeners)
        if (clients.delete(client) && clients.size === 0) listeners.delete(channel)
    })
    client.on('error', () => client.terminate())
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address
  const { port } = server.address() as AddressInfo
  await servePeer({
    port,
    isListened: (channel) => listeners.has(channel),
    publish: (channel, message) => deliver(listeners.get(channel) ?? new Set(), message),
  })
}
