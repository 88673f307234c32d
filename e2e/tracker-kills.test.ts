import { spawn, type ChildProcess } from 'node:child_process'
import { createHash, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { connectRedisBus, type Producer } from '@whalecast/bus'
import { payoutE6, type Trade, type WhaleQueue } from '@whalecast/events'
import { eventually, openRedis, uniquePrefix } from '@whalecast/testkit'

const kills = 20
const perRound = 20_000
const main = fileURLToPath(new URL('../services/whale-tracker/dist/main.js', import.meta.url))
const rule = { minSizeE6: 100_000_000, eventMinE6: 10_000_000_000, queueSize: 10 }

function tradeAt(n: number, nowMs: number): Trade {
  const digest = createHash('md5').update(`kills ${n}`).digest()
  const hex = digest.toString('hex')
  // A heavy tail: most prints are small, one in forty is a candidate, one in two hundred is a whale.
  const contracts = 10_000 * (digest.readUInt32BE(0) / 2 ** 32) ** 200 * 3
  return {
    trade_id: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
    market_ticker: `KXKILL-26NOV24-T${n % 50}`,
    taker_side: n % 2 === 0 ? 'yes' : 'no',
    yes_price_e4: 100 + (digest.readUInt16BE(4) % 9_800),
    count_e2: Math.max(1, Math.round(contracts * 100)),
    is_block_trade: false,
    executed_at_ms: nowMs,
    received_at_ms: nowMs,
  }
}

/** The same order as the queue's: size, then time, newest first, then id. */
function largest(trades: readonly Trade[]): string[] {
  return trades
    .filter((trade) => payoutE6(trade) >= rule.minSizeE6)
    .toSorted(
      (a, b) =>
        payoutE6(b) - payoutE6(a) ||
        b.executed_at_ms - a.executed_at_ms ||
        (a.trade_id < b.trade_id ? -1 : 1),
    )
    .slice(0, rule.queueSize)
    .map(({ trade_id }) => trade_id)
}

test(`a tracker killed ${kills} times in the middle of batches leaves what an undisturbed one leaves`, async () => {
  await using redis = await openRedis()
  const prefix = uniquePrefix()
  const bus = await connectRedisBus({ url: redis.url, prefix, instance: 'test' })
  const env = {
    PATH: process.env.PATH,
    REDIS_URL: redis.url,
    WHALECAST_KEY_PREFIX: prefix,
    WHALECAST_OPS_PORT: '0',
    LOG_LEVEL: 'error',
  }
  let tracker: ChildProcess | undefined
  const start = () =>
    (tracker = spawn(process.execPath, [main], { env, stdio: ['ignore', 'ignore', 'inherit'] }))
  const kill = async (signal: NodeJS.Signals) => {
    const ended = once(tracker!, 'exit')
    tracker!.kill(signal)
    await ended
  }
  try {
    const fence = { owner: 'ingest', term: 1 }
    const producer: Producer<'trades'> = await bus.producer('trades', {
      partition: 0,
      fence,
      capacity: 1_000_000,
    })
    const sent: Trade[] = []
    let repeated = 0
    const nowMs = Date.now()
    const feed = () => {
      for (let n = 0; n < perRound; n += 1) {
        const trade = tradeAt(sent.length, nowMs)
        sent.push(trade)
        producer.enqueue(trade)
        if (n % 20 !== 0) continue
        // A reconnect and a refill bring trades twice; they must count once, across every kill.
        producer.enqueue(sent[randomInt(sent.length)]!)
        repeated += 1
      }
    }
    let midway = 0
    for (let round = 0; round < kills; round += 1) {
      start()
      feed()
      await producer.flush()
      const before = producer.outstanding
      await eventually(() => producer.outstanding < before - randomInt(perRound / 2), {
        timeoutMs: 20_000,
        everyMs: 1,
      })
      if (producer.outstanding > 0) midway += 1
      await kill('SIGKILL')
    }
    start()
    await eventually(() => producer.outstanding === 0, { timeoutMs: 30_000 })
    const queue = await eventually(
      async () => {
        const found: WhaleQueue | undefined = (await bus.latest('whale_queue'))?.data
        return found?.stats.trades_seen === sent.length && found
      },
      { timeoutMs: 10_000 },
    )
    expect(midway).toBeGreaterThan(kills / 2)
    expect(repeated).toBe((kills * perRound) / 20)
    const accepted = sent.filter((trade) => payoutE6(trade) >= rule.minSizeE6).length
    expect(queue.stats).toMatchObject({
      trades_seen: kills * perRound,
      trades_accepted: accepted,
      trades_discarded: kills * perRound - accepted,
    })
    expect(queue.queue.map(({ whale_id }) => whale_id)).toEqual(largest(sent))
    const whales = await bus.history('whales', { limit: 5_000 })
    const expected = sent
      .filter((trade) => payoutE6(trade) >= rule.eventMinE6)
      .map(({ trade_id }) => trade_id)
    expect(expected.length).toBeGreaterThan(20)
    expect(whales.map(({ id }) => id)).toEqual(expected)
    await kill('SIGTERM')
    expect(tracker!.exitCode).toBe(0)
  } finally {
    tracker?.kill('SIGKILL')
    await bus.close()
  }
}, 240_000)
