import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { connectRedisBus } from '@whalecast/bus'
import { startExchangeSim, type ExchangeSim } from '@whalecast/exchange-sim'
import type { ServiceContext } from '@whalecast/runtime'
import {
  eventually,
  freePort,
  makeContext,
  openRedis,
  uniquePrefix,
  watchLeaks,
  type LeakWatch,
} from '@whalecast/testkit'
import { TradingApiError } from '../src/adapters/trading-api.ts'
import { parseConfig } from '../src/config.ts'
import { startExecutor } from '../src/service.ts'
import { openProxy } from './open-proxy.ts'

let sim: ExchangeSim
let folder: string
let leaks: LeakWatch

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whalecast-'))
  sim = await startExchangeSim({ rate: 0, markets: 5, keyScopes: ['read', 'write'] })
})
afterAll(async () => {
  await sim.close()
  await rm(folder, { recursive: true })
})
beforeEach(() => {
  leaks = watchLeaks()
})
// A connection that was used is kept for five seconds, in case there is more to say.
afterEach(() => leaks.check({ timeoutMs: 8_000 }), 10_000)

/** An executor of the demo broker at this address, as its process runs it. */
async function openExecutor(apiUrl: string, privateKeyPem = sim.privateKeyPem) {
  const redis = await openRedis()
  const prefix = uniquePrefix()
  const path = join(folder, 'key.pem')
  await writeFile(path, privateKeyPem)
  const stop = new AbortController()
  const releases: (() => void | Promise<void>)[] = []
  const ctx: ServiceContext = {
    ...makeContext(stop.signal),
    name: 'executor',
    instance: 'executor-test',
    startedAtMs: 0,
    env: {},
    defer: (_label, release) => void releases.push(release),
  }
  const config = parseConfig({
    REDIS_URL: redis.url,
    WHALECAST_KEY_PREFIX: prefix,
    TRADING_STRATEGY: 'whale_follower',
    TRADING_BROKER: 'demo',
    KALSHI_API_URL: apiUrl,
    EXECUTOR_KALSHI_API_KEY_ID: sim.keyId,
    EXECUTOR_KALSHI_PRIVATE_KEY_PATH: path,
  })
  return {
    ctx,
    start: () => startExecutor(config, ctx),
    /** Whether an executor holds the lease. */
    leads: async () => {
      const bus = await connectRedisBus({ url: redis.url, prefix, instance: 'looking' })
      try {
        const lease = await bus.lease('executor', { signal: AbortSignal.timeout(200) })
        await lease.release()
        return false
      } catch {
        return true
      } finally {
        await bus.close()
      }
    },
    async end() {
      stop.abort()
      for (const release of releases.splice(0).toReversed()) await release()
    },
    async [Symbol.asyncDispose]() {
      await this.end()
      await redis.stop()
    },
  }
}

describe('a trading API at the start', () => {
  test('that is away ends it: nothing is taken on, and nothing is left running', async () => {
    await using executor = await openExecutor(`http://127.0.0.1:${await freePort()}/trade-api/v2`)
    const starting = executor.start()
    const over = expect(starting).rejects.toThrow(TradingApiError)
    const waits = 'trading API: it has not answered yet'
    await eventually(() => executor.ctx.health.obstacles().includes(waits))
    await over
    await expect(starting).rejects.toThrow(/the demo broker cannot order at http.*: no answer within 3 s/)
    // What it deferred is the bus alone; with it released the check of leaks finds nothing.
    await executor.end()
    expect(await executor.leads()).toBe(false)
  })

  test('that refuses the key ends it at once, and says so', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    const foreign = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    await using executor = await openExecutor(sim.apiUrl, foreign)
    await expect(executor.start()).rejects.toThrow(/the demo broker cannot order at .*HTTP 401/)
    expect(await executor.leads()).toBe(false)
  })

  test('that answers after a moment is waited for, and then it leads', async () => {
    await using proxy = await openProxy(sim.apiUrl)
    let asked = 0
    proxy.fate = () => ((asked += 1) === 1 ? 'lose_request' : 'pass')
    await using executor = await openExecutor(proxy.apiUrl)
    const running = executor.start()
    await eventually(() => executor.ctx.health.reports().some(({ details }) => details['role'] === 'leader'))
    expect(asked).toBeGreaterThanOrEqual(2)
    expect(executor.ctx.health.obstacles()).toEqual([])
    await executor.end()
    await running
  })
})
