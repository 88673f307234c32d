import { once } from 'node:events'
import { createServer, request, type IncomingMessage } from 'node:http'

/**
 * What becomes of a request: passed on and answered; cut before it gets through; passed on, and cut instead of
 * answered; or passed on, and never answered.
 */
export type Fate = 'pass' | 'lose_request' | 'lose_answer' | 'hold_answer'

/** A way to the exchange on which requests and answers get lost. */
export async function openProxy(apiUrl: string) {
  const target = new URL(apiUrl)
  const proxy = { fate: (_request: IncomingMessage): Fate => 'pass', held: 0 }
  const server = createServer((incoming, outgoing) => {
    const fate = proxy.fate(incoming)
    if (fate === 'lose_request') {
      incoming.socket.destroy()
      return
    }
    const { method, headers, url } = incoming
    const onward = request(
      { host: target.hostname, port: target.port, path: url, method, headers },
      (answer) => {
        if (fate === 'pass') {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(outgoing)
          return
        }
        answer.resume()
        if (fate === 'lose_answer') incoming.socket.destroy()
        else proxy.held += 1
      },
    )
    onward.on('error', () => incoming.socket.destroy())
    incoming.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return Object.assign(proxy, {
    apiUrl: `http://127.0.0.1:${address.port}${target.pathname}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  })
}
