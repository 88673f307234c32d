import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'

/**
 * Whether a text that `write` puts past `send()` gives the same bytes as `send()`, for each length of header. `write`
 * answers whether it wrote; that it throws counts as no.
 */
export function rehearse(write: (socket: WebSocket, payload: Buffer) => boolean): boolean {
  const written: Buffer[] = []
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk)
      done()
    },
  })
  const server = new WebSocketServer({ noServer: true })
  const take = () => Buffer.concat(written.splice(0))
  let same = false
  try {
    server.handleUpgrade(upgradeRequest(), stream, Buffer.alloc(0), (socket) => {
      take()
      same = [5, 500, 70_000].every((length) => {
        const payload = Buffer.alloc(length, 'x')
        socket.send(payload, { binary: false })
        const expected = take()
        return write(socket, payload) && take().equals(expected)
      })
      socket.terminate()
    })
  } catch {
    same = false
  }
  stream.destroy()
  return same
}

function upgradeRequest(): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  request.method = 'GET'
  request.url = '/'
  Object.assign(request.headers, {
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
  })
  return request
}
