import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'

/** What to answer: a status, a body, and perhaps a `Date`; or nothing at all. */
export type Reply =
  | { readonly status: number; readonly body: unknown; readonly date?: string }
  | 'hang'
  | 'cut'

export type ScriptedExchange = AsyncDisposable & {
  readonly apiUrl: string
  readonly requests: IncomingMessage[]
}

/** An HTTP server that answers as the script says, one reply a request. */
export async function openScriptedExchange(
  script: (request: IncomingMessage, number: number) => Reply,
): Promise<ScriptedExchange> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    const reply = script(request, requests.length)
    if (reply === 'hang') return
    if (reply === 'cut') {
      request.socket.destroy()
      return
    }
    const { status, body, date } = reply
    if (date !== undefined) response.setHeader('date', date)
    response.setHeader('content-type', typeof body === 'string' ? 'text/html' : 'application/json')
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  return {
    apiUrl: `http://127.0.0.1:${address.port}/trade-api/v2`,
    requests,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
