import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A TCP proxy before a server on this machine, which can make connections silent without closing them. */
export type MuteProxy = AsyncDisposable & {
  readonly port: number
  /**
   * From now on nothing that the server sends reaches the client of those open connections on which the client has
   * said this text; they look alive to both sides. Answers with how many there are.
   */
  mute(said: string): number
  /** Ends it and every connection through it. Idempotent. */
  stop(): Promise<void>
}

type Pair = { readonly client: Socket; readonly server: Socket; said: string; muted: boolean }

/** How much of what a client said first is remembered: its greeting. */
const rememberedBytes = 4_096

/** Opens a proxy on a free port. */
export async function openMuteProxy(targetPort: number): Promise<MuteProxy> {
  const pairs = new Set<Pair>()
  const proxy = createServer((client) => {
    const pair: Pair = { client, server: connect(targetPort, '127.0.0.1'), said: '', muted: false }
    pairs.add(pair)
    client.on('data', (bytes) => {
      if (pair.said.length < rememberedBytes) pair.said += bytes.toString('latin1')
      pair.server.write(bytes)
    })
    pair.server.on('data', (bytes) => {
      if (!pair.muted) client.write(bytes)
    })
    const end = () => {
      pairs.delete(pair)
      client.destroy()
      pair.server.destroy()
    }
    for (const socket of [client, pair.server]) socket.on('error', end).on('close', end)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address()
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no address')
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= new Promise((resolve) => {
      proxy.close(() => resolve())
      for (const { client, server } of pairs) {
        client.destroy()
        server.destroy()
      }
    })
    return stopped
  }
  return {
    port: address.port,
    mute(said) {
      const chosen = [...pairs].filter((pair) => !pair.muted && pair.said.includes(said))
      for (const pair of chosen) pair.muted = true
      return chosen.length
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
