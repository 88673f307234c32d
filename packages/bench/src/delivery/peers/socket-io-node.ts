import { createServer, type Server } from 'node:http'
import { Redis } from 'ioredis'
import { peerPackage } from '../../fanout/peers/peer.ts'

type Socket = {
  readonly handshake: { readonly auth: { readonly token?: string } }
  on(event: 'subscribe', listener: (channels: readonly string[]) => void): void
  join(rooms: readonly string[]): Promise<void> | void
  emit(event: string): void
}
type Io = {
  use(check: (socket: Socket, next: (error?: Error) => void) => void): void
  on(event: 'connection', listener: (socket: Socket) => void): void
  to(room: string): { emit(event: string, data: unknown): void }
}
type SocketIo = { readonly Server: new (http: Server, options: object) => Io }
type Jwt = { readonly verify: (token: string, secret: string, options: object) => unknown }
type RedisAdapter = { readonly createAdapter: (pub: Redis, sub: Redis) => unknown }

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as its documentation says
const socketIo = peerPackage('socket.io') as SocketIo
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as its documentation says
const redisAdapter = peerPackage('@socket.io/redis-adapter') as RedisAdapter

/** One of several nodes of Socket.IO that hear of each other by Redis, as its documentation sets them up. */
const pub = new Redis(process.env['REDIS_URL'] ?? '')
const sub = pub.duplicate()
for (const redis of [pub, sub]) redis.on('error', () => undefined)
const http = createServer()
const io = new socketIo.Server(http, {
  transports: ['websocket'],
  serveClient: false,
  adapter: redisAdapter.createAdapter(pub, sub),
})
const secret = process.env['JWT_SECRET']
if (secret !== undefined) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as its documentation says
  const jwt = peerPackage('jsonwebtoken') as Jwt
  io.use((socket, next) => {
    try {
      jwt.verify(socket.handshake.auth.token ?? '', secret, { algorithms: ['HS256'] })
      next()
    } catch {
      next(new Error('no such token'))
    }
  })
}
io.on('connection', (socket) => {
  socket.on('subscribe', (channels) => {
    void Promise.resolve(socket.join(channels)).then(() => socket.emit('subscribed'))
  })
})
await new Promise<void>((resolve) => http.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 }, resolve))
process.on('message', (message) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are this program
  const { channel, type, data } = message as { channel: string; type: string; data: object }
  io.to(channel).emit(type, data)
})
process.stdin.on('end', () => process.exit(0)).resume()
const address = http.address()
const port = typeof address === 'object' && address !== null ? address.port : 0
process.stdout.write(`${JSON.stringify({ port })}\n`)
