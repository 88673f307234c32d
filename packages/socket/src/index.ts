import { createReconnectingSocket } from './reconnecting-socket.ts'
import type { ReconnectingSocket, SocketOptions } from './socket-options.ts'
import { wsTransport } from './ws-transport.ts'

export * from './public.ts'

/**
 * A WebSocket that comes back by itself, as an async iterable of what happens on it. Nothing is dialed before the
 * iteration starts; when it ends, for whatever reason, no connection and no timer is left.
 */
export function reconnectingSocket(options: SocketOptions): ReconnectingSocket {
  return createReconnectingSocket(wsTransport, options)
}
