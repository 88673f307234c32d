import { createServer } from 'node:net'
import { randomInt } from 'node:crypto'

/** Below every range from which systems hand out ports for outgoing connections, so that none of those can take it first. */
const lowest = 10_240
const highest = 32_000

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** A loopback port on which nothing listens now, for a program that cannot be given port 0. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(lowest, highest)
    if (await canListen(port)) return port
  }
  throw new Error(`no free port between ${lowest} and ${highest}`)
}
