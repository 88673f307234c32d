import { createServer, type Server } from 'node:http'
import { peerPackage, servePeer } from './peer.ts'

type Socket = {
  on(event: 'subscribe', listener: (channels: readonly string[]) => void): void
  join(rooms: readonly string[]): void
  emit(event: string, data: unknown): void
}
type Io = {
  on(event: 'connection', listener: (socket: Socket) => void): void
  to(room: string): { emit(event: string, data: unknown): void }
  readonly of: (namespace: string) => {
    readonly adapter: { readonly rooms: ReadonlyMap<string, unknown> }
  }
}
type Package = { readonly Server: new (http: Server, options: object) => Io }

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as its documentation says
const socketIo = peerPackage('socket.io') as Package
const http = createServer()
const io = new socketIo.Server(http, { transports: ['websocket'], serveClient: false })
io.on('connection', (socket) => {
  socket.on('subscribe', (channels) => {
    socket.join(channels)
    socket.emit('subscribed', channels)
  })
})
await new Promise<void>((resolve) => http.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 }, resolve))
const address = http.address()
const { rooms } = io.of('/').adapter
await servePeer({
  port: typeof address === 'object' && address !== null ? address.port : 0,
  isListened: (channel) => rooms.has(channel),
  publish: (channel, message) => io.to(channel).emit('trade', message),
})
