import { ClosedError, ConnectFailedError, type SocketError } from './errors.ts'
import type { Connection, ConnectionHandlers, DialRequest, Transport } from './transport.ts'

type Open = (url: string, protocols: string[]) => WebSocket

/**
 * Connections of a browser. It hides pings, pongs and the status of a refused handshake, cannot pause, and cannot
 * cut a connection: `terminate` lets go of it and leaves the rest to the browser.
 */
export function browserTransport(open: Open): Transport {
  return (request, handlers) => connect(open, request, handlers)
}

function connect(open: Open, request: DialRequest, handlers: ConnectionHandlers): Connection {
  const socket = open(request.url, [...request.protocols])
  const decoder = new TextDecoder()
  let opened = false
  let finished = false
  const finish = (error: SocketError) => {
    if (finished) return
    finished = true
    handlers.onClosed(error)
  }
  socket.binaryType = 'arraybuffer'
  socket.addEventListener('open', () => {
    opened = true
    if (!finished) handlers.onOpen()
  })
  socket.addEventListener('message', ({ data }: { data: string | ArrayBuffer }) => {
    if (!finished) handlers.onFrame(typeof data === 'string' ? data : decoder.decode(data))
  })
  socket.addEventListener('close', ({ code, reason }: { code: number; reason: string }) => {
    finish(opened ? new ClosedError(code, reason) : new ConnectFailedError('The connection failed'))
  })
  // Told again by `close`, which knows more; without a listener some platforms treat it as uncaught.
  socket.addEventListener('error', () => {})

  const close = (code: number, reason: string) => {
    try {
      socket.close(code, reason)
    } catch {
      // Browsers refuse all codes but 1000 and 3000–4999.
      socket.close()
    }
  }
  return {
    send(text) {
      // 1 is OPEN; before it send() throws, after it the text would vanish.
      if (socket.readyState !== 1) return false
      socket.send(text)
      return true
    },
    ping: () => {},
    pause: () => false,
    resume: () => {},
    close,
    terminate() {
      close(1000, '')
      queueMicrotask(() => finish(new ClosedError(1006, '')))
    },
  }
}
