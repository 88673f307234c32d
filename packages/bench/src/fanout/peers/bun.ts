import { askedChannels, clientBufferBytes, servePeer, subscribedText } from './peer.ts'

type Socket = { subscribe(topic: string): void; send(text: string): number }
type Server = {
  readonly port: number
  upgrade(request: unknown): boolean
  publish(topic: string, text: string): number
  subscriberCount(topic: string): number
}
type Runtime = {
  serve(options: {
    readonly hostname: string
    readonly port: number
    fetch(request: unknown, server: Server): Response | undefined
    readonly websocket: {
      readonly backpressureLimit: number
      readonly idleTimeout: number
      message(socket: Socket, message: string): void
    }
  }): Server
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this file runs in Bun alone
const bun = Reflect.get(globalThis, 'Bun') as Runtime
const server = bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: (request, self) =>
    self.upgrade(request) ? undefined : new Response('sockets are here', { status: 400 }),
  websocket: {
    backpressureLimit: clientBufferBytes,
    idleTimeout: 120,
    message: (socket, message) => {
      const channels = askedChannels(message)
      for (const channel of channels) socket.subscribe(channel)
      socket.send(subscribedText(channels))
    },
  },
})
await servePeer({
  port: server.port,
  isListened: (channel) => server.subscriberCount(channel) > 0,
  publish: (channel, message) => void server.publish(channel, JSON.stringify(message)),
})
