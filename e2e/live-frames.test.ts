import { expect, test } from '@jest/globals'
import { connectWhalecast, type ServerFrame, type ServerFrameType } from '@whalecast/client'
import { envelopeSchema, serverFrames, wireChannels } from '@whalecast/events'
import { eventually, openSystem } from '@whalecast/testkit'
import { accessToken } from './access-token.ts'
import { json, listMarkets, printTrade } from './exchange-admin.ts'

const { token, setting } = accessToken('market+account+admin')

/** What comes by itself once whales are followed. */
const told: readonly ServerFrameType[] = [
  'book',
  'book_delta',
  'ticker',
  'whale_processing',
  'decision',
  'follow',
  'trading_state',
  'trading_state_delta',
]

/** Every frame there is, but the one that tells of a loss: nothing is lost here. */
const expected: readonly ServerFrameType[] = [
  'connection',
  'authenticated',
  'subscribed',
  'error',
  'ping',
  'pong',
  'history_replay',
  'system_activity',
  'trader_status',
  'health',
  'whale',
  'whale_queue',
  'feed_state',
  'feed_gap',
  'trade',
  ...told,
  'goaway',
]

test('what is expected of a running system is every frame that the schemas know', () => {
  expect([...expected, 'gap'].toSorted()).toEqual(Object.keys(serverFrames).toSorted())
})

/** Channels as a client names them; those of a market for each of these. */
const channelsOf = (tickers: readonly string[]) =>
  Object.entries(wireChannels).flatMap(([name, { perMarket }]) => [
    ...(perMarket === 'only' ? [] : [name]),
    ...(perMarket === 'no' ? [] : tickers.map((ticker) => `${name}:${ticker}`)),
  ])

/** Why a frame is not what the schemas say: a field too few, of another type, or one that no schema knows. */
function fault(frame: ServerFrame): string | undefined {
  const envelope = envelopeSchema.strict().safeParse(frame)
  if (!envelope.success) return `${frame.type}: ${envelope.error.message}`
  const data = serverFrames[frame.type].safeParse(frame.data)
  if (!data.success) return `${frame.type}: ${data.error.message}`
  // A schema leaves out what it does not know, at any depth.
  return JSON.stringify(sorted(data.data)) === JSON.stringify(sorted(frame.data))
    ? undefined
    : `${frame.type} has a field that no schema knows: ${JSON.stringify(frame.data)}`
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, sorted(item)]),
  )
}

test('every frame of running services is what the schemas say, in snapshots as well as live', async () => {
  await using system = await openSystem({
    SIM_RATE: '50',
    WHALE_EVENT_MIN_SIZE_CENTS: '1000000',
    WHALECAST_PING_INTERVAL_MS: '500',
    WHALECAST_TOKENS: setting,
    TRADING_STRATEGY: 'whale_follower',
  })
  const [market = '', ...others] = await listMarkets(system)
  // Books are kept of markets in which there are whales.
  const channels = channelsOf([market, ...others.slice(0, 2)])
  const seen = new Map<ServerFrameType, number>()
  const faults = new Set<string>()
  const connect = (delta: boolean) => {
    const client = connectWhalecast({
      url: `${system.url.replace('http', 'ws')}ws`,
      channels,
      token,
      delta,
      pingEveryMs: 500,
    })
    void (async () => {
      for await (const frame of client.frames()) {
        seen.set(frame.type, (seen.get(frame.type) ?? 0) + 1)
        const found = fault(frame)
        if (found !== undefined) faults.add(found)
      }
    })()
    return client
  }
  const first = connect(false)
  const clients = [first]
  try {
    await eventually(() => seen.has('whale_queue') && seen.has('trade'), { timeoutMs: 20_000 })
    await printTrade(system, { market, side: 'yes', price: '0.5000', count: '60000.00' })
    await eventually(() => seen.has('whale'), { timeoutMs: 20_000 })
    // Whoever comes now is shown as a snapshot what the first got live.
    const late = connect(true)
    clients.push(late)
    late.subscribe(['no_such_channel'])
    await eventually(() => late.stats.frames > 0 && (seen.get('whale') ?? 0) > 1, { timeoutMs: 20_000 })
    await eventually(() => seen.has('trader_status') && seen.has('ping') && seen.has('pong'), {
      timeoutMs: 20_000,
    })
    const listed = await json<{ clients: { channels: string[]; scopes: string[] }[] }>(
      `${system.url}v1/clients`,
      { headers: { authorization: `Bearer ${token}` } },
    )
    expect(listed.clients.map(({ scopes }) => scopes)).toEqual(
      clients.map(() => ['market', 'account', 'admin']),
    )
    expect(new Set(listed.clients[0]?.channels)).toEqual(new Set(channels))
    await eventually(() => told.every((type) => seen.has(type)), { timeoutMs: 40_000 })
    // A cut is told as activities and as a gap.
    await system.kill('exchange-sim', 'SIGKILL')
    await eventually(() => seen.has('system_activity') && seen.has('feed_gap'), { timeoutMs: 30_000 })
    await system.close()
    await eventually(() => seen.has('goaway'))
    expect([...faults]).toEqual([])
    expect(expected.filter((type) => !seen.has(type))).toEqual([])
    for (const { stats } of clients) expect(stats).toMatchObject({ unknownFrames: 0, invalidFrames: 0 })
  } finally {
    for (const client of clients) client.close()
  }
})
