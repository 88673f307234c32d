import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type PerMessageDeflateOptions, type WebSocket } from 'ws'
import { askedChannels, servePeer, subscribedText, type PeerMessage, type PeerSource } from './peer.ts'

type WsPeerOptions = {
  readonly source?: PeerSource
  readonly perMessageDeflate?: boolean | PerMessageDeflateOptions
}

/** Serves by `ws`; how a message gets to those who listen is what these peers differ in. */
export async function serveWsPeer(
  deliver: (clients: ReadonlySet<WebSocket>, message: PeerMessage) => void,
  { source, perMessageDeflate = false }: WsPeerOptions = {},
): Promise<void> {
  const listeners = new Map<string, Set<WebSocket>>()
  const where = { host: '127.0.0.1', port: 0, backlog: 4_096, path: '/ws' }
  const server = new WebSocketServer({ ...where, perMessageDeflate })
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
  const peer = {
    port,
    isListened: (channel: string) => listeners.has(channel),
    publish: (channel: string, message: PeerMessage) => deliver(listeners.get(channel) ?? new Set(), message),
  }
  await servePeer(peer, source)
}
