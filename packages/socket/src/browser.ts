import { browserTransport } from './browser-transport.ts'
import { createReconnectingSocket } from './reconnecting-socket.ts'
import type { ReconnectingSocket, SocketOptions } from './socket-options.ts'

export * from './public.ts'

/** The same as in Node, over the browser's WebSocket. */
export function reconnectingSocket(options: SocketOptions): ReconnectingSocket {
  return createReconnectingSocket(
    browserTransport((url, protocols) => new WebSocket(url, protocols)),
    options,
  )
}
