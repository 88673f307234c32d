import { expect, test } from '@jest/globals'
import { connectWhalecast } from '@whalecast/client'
import { eventually, openSystem } from '@whalecast/testkit'
import { listMarkets, printTrade } from './exchange-admin.ts'

test('the trade that the exchange printed is the whale that a client sees', async () => {
  await using system = await openSystem({ SIM_RATE: '0' })
  const client = connectWhalecast({ url: `${system.url.replace('http', 'ws')}ws`, channels: ['tape'] })
  try {
    const seen = { trades: new Set<string>(), whales: new Map<string, unknown>(), queue: new Set<string>() }
    client.on('trade', ({ data }) => void seen.trades.add(data.trade_id))
    client.on('whale', ({ data }) => void seen.whales.set(data.whale_id, data))
    client.on('whale_queue', ({ data }) => {
      for (const { whale_id } of data.queue) seen.queue.add(whale_id)
    })
    await eventually(() => client.state.type === 'connected', { timeoutMs: 10_000 })
    const [market = ''] = await listMarkets(system)
    const printed = await printTrade(system, { market, side: 'no', price: '0.4500', count: '60000.00' })
    await eventually(
      () =>
        seen.whales.has(printed.trade_id) &&
        seen.queue.has(printed.trade_id) &&
        seen.trades.has(printed.trade_id),
      { timeoutMs: 10_000 },
    )
    expect(seen.whales.get(printed.trade_id)).toMatchObject({
      market_ticker: market,
      title: expect.stringMatching(/\w/),
      side: 'no',
      price_cents: 45,
      count: 60_000,
      cost_dollars: 27_000,
      payout_dollars: 60_000,
      severity: 'S3',
    })
  } finally {
    client.close()
  }
})
