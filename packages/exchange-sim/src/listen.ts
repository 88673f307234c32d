import { once } from 'node:events'
import type { Server } from 'node:http'

/** Binds a server and answers the port it got; rejects when the address cannot be had. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('not listening on a TCP port')
  return address.port
}

/** Stops a server at once, cutting what is still connected; safe to call again. */
export async function shut(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

/** An address as URLs carry it: IPv6 in brackets. */
export function authority(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
