import { expect, test } from '@jest/globals'
import { connectWhalecast, type ServerFrame } from '@whalecast/client'
import { eventually, openSystem } from '@whalecast/testkit'
import { listMarkets, printTrade } from './exchange-admin.ts'

const least = 20_000

test('under a filter nothing else comes and nothing is missing, through a killed server too', async () => {
  await using system = await openSystem({ SIM_RATE: '0', WHALE_EVENT_MIN_SIZE_CENTS: '100000' })
  const url = `${system.url.replace('http', 'ws')}ws`
  const [market = ''] = await listMarkets(system)
  const everything = connectWhalecast({ url, defaults: false })
  const filtered = connectWhalecast({ url, defaults: false })
  try {
    const seen = { all: [] as string[], large: [] as string[], tape: [] as string[], errors: [] as string[] }
    const large = ({ data }: ServerFrame<'whale'>) => data.whale_size_dollars >= least
    everything.subscribe('whales', (frame) => void (large(frame) && seen.all.push(frame.data.whale_id)))
    filtered.subscribe('whales', ({ data }) => void seen.large.push(data.whale_id), {
      filter: { min_size_dollars: least },
    })
    filtered.subscribe(`tape:${market.slice(0, 6)}*`, ({ data }) => void seen.tape.push(data.trade_id))
    for (const client of [everything, filtered])
      client.on('error', ({ data }) => void seen.errors.push(data.code))
    const confirmed = new Set<unknown>()
    for (const client of [everything, filtered]) client.on('subscribed', () => void confirmed.add(client))
    await eventually(() => confirmed.size === 2, { timeoutMs: 10_000 })

    const printed: string[] = []
    const print = async (count: string) =>
      void printed.push((await printTrade(system, { market, side: 'no', price: '0.4500', count })).trade_id)
    for (const count of ['2000.00', '30000.00', '3000.00']) await print(count)
    await eventually(() => seen.large.length === 1 && seen.tape.length === 3, { timeoutMs: 10_000 })
    await system.kill('ws-broadcast', 'SIGKILL')
    for (const count of ['40000.00', '4000.00']) await print(count)
    await eventually(() => seen.large.length === 2 && seen.all.length === 2, { timeoutMs: 20_000 })
    await print('50000.00')
    await eventually(() => seen.large.length === 3 && seen.all.length === 3, { timeoutMs: 10_000 })
    expect(seen.large).toEqual([printed[1], printed[3], printed[5]])
    expect(seen.large).toEqual(seen.all)
    expect(seen.errors).toEqual([])
    for (const { stats } of [everything, filtered])
      expect(stats).toMatchObject({ gaps: 0, unrecovered: 0, connections: 2 })
  } finally {
    everything.close()
    filtered.close()
  }
})
