import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { connectWhalecast } from '@whalecast/client'
import { startExchangeSim } from '@whalecast/exchange-sim'
import { eventually, openSystem } from '@whalecast/testkit'
import { json } from './exchange-admin.ts'

/** A way to the exchange that is closed until it is opened. */
async function openDoor(target: URL) {
  const door = { isOpen: false, turnedAway: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((incoming) => {
    if (!door.isOpen) {
      door.turnedAway += 1
      incoming.destroy()
      return
    }
    const outgoing = connect(Number(target.port), target.hostname)
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => other.destroy())
      one.pipe(other)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return Object.assign(door, {
    through(url: string): string {
      const changed = new URL(url)
      changed.host = `127.0.0.1:${address.port}`
      return changed.href
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  })
}

test('an exchange that comes only after the start is found, and its whales are seen', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'whalecast-key-'))
  const exchange = await startExchangeSim({ rate: 0, keyType: 'ed25519' })
  try {
    const key = join(folder, 'key.pem')
    await writeFile(key, exchange.privateKeyPem, { mode: 0o600 })
    await using door = await openDoor(new URL(exchange.apiUrl))
    const starting = openSystem(
      {
        KALSHI_WS_URL: door.through(exchange.wsUrl),
        KALSHI_API_URL: door.through(exchange.apiUrl),
        KALSHI_API_KEY_ID: exchange.keyId,
        KALSHI_PRIVATE_KEY_PATH: key,
      },
      { ordersSeen: () => exchange.orders() },
    )
    // Rejected only if it fails; what is waited for here is that it was turned away, again and again.
    await Promise.race([
      eventually(() => door.turnedAway >= 5, { timeoutMs: 40_000 }),
      starting.then(() => expect(door.turnedAway).toBeGreaterThanOrEqual(5)),
    ])
    door.isOpen = true
    await using system = await starting
    const client = connectWhalecast({ url: `${system.url.replace('http', 'ws')}ws` })
    try {
      const whales = new Set<string>()
      client.on('whale', ({ data }) => void whales.add(data.whale_id))
      await eventually(() => client.state.type === 'connected', { timeoutMs: 10_000 })
      const { markets } = await json<{ markets: { ticker: string }[] }>(
        `${exchange.apiUrl}/markets?limit=1&status=open`,
      )
      const feedIsLive = async () => {
        const health = await json<{ components: { component: string; status: string }[] }>(
          `${system.url}v1/health`,
        )
        return health.components.some(
          ({ component, status }) => component === 'trade_feed' && status === 'healthy',
        )
      }
      await eventually(feedIsLive, { timeoutMs: 90_000, everyMs: 100 })
      const trade = {
        market: markets[0]?.ticker ?? '',
        side: 'yes',
        price: '0.3000',
        count: '150000',
      } as const
      const printed = exchange.printTrade(trade)
      await eventually(() => whales.has(printed.trade_id), { timeoutMs: 10_000 })
    } finally {
      client.close()
    }
  } finally {
    await exchange.close()
    await rm(folder, { recursive: true })
  }
})
