import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { connectWhalecast } from '@whalecast/client'
import { startExchangeSim } from '@whalecast/exchange-sim'
import { eventually, openSystem } from '@whalecast/testkit'
import { json } from './exchange-admin.ts'

test('any server that speaks the protocol can be the exchange, named by its two addresses', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'whalecast-key-'))
  const exchange = await startExchangeSim({ rate: 0, keyType: 'ed25519' })
  try {
    const key = join(folder, 'key.pem')
    await writeFile(key, exchange.privateKeyPem, { mode: 0o600 })
    await using system = await openSystem(
      {
        KALSHI_WS_URL: exchange.wsUrl,
        KALSHI_API_URL: exchange.apiUrl,
        KALSHI_API_KEY_ID: exchange.keyId,
        KALSHI_PRIVATE_KEY_PATH: key,
      },
      { ordersSeen: () => exchange.orders() },
    )
    expect(system.processes().map(({ name }) => name)).not.toContain('exchange-sim')
    const client = connectWhalecast({ url: `${system.url.replace('http', 'ws')}ws` })
    try {
      const whales = new Set<string>()
      client.on('whale', ({ data }) => void whales.add(data.whale_id))
      await eventually(() => client.state.type === 'connected', { timeoutMs: 10_000 })
      const { markets } = await json<{ markets: { ticker: string }[] }>(
        `${exchange.apiUrl}/markets?limit=1&status=open`,
      )
      const market = markets[0]?.ticker ?? ''
      const printed = exchange.printTrade({ market, side: 'yes', price: '0.3000', count: '150000' })
      await eventually(() => whales.has(printed.trade_id), { timeoutMs: 10_000 })
    } finally {
      client.close()
    }
  } finally {
    await exchange.close()
    await rm(folder, { recursive: true })
  }
})
