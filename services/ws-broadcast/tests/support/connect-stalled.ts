import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A client that upgrades, sends what it is given and then never reads. */
export async function connectStalled(
  url: string,
  ...frames: readonly object[]
): Promise<Socket & Disposable> {
  const { port, host } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  )
  await once(socket, 'data')
  socket.pause()
  for (const frame of frames) {
    const text = Buffer.from(JSON.stringify(frame))
    // A mask of zeros leaves the text as it is.
    socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]))
  }
  return Object.assign(socket, { [Symbol.dispose]: () => void socket.destroy() })
}
