import { writeFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import type { ServiceContext } from '@whalecast/runtime'
import { makeContext } from '@whalecast/testkit'
import { parseConfig } from '../src/config.ts'
import { EndpointRefusedError } from '../src/domain/endpoint.ts'
import { startExecutor } from '../src/service.ts'

const context = (): ServiceContext => ({
  ...makeContext(),
  name: 'executor',
  instance: 'executor-test',
  startedAtMs: 0,
  env: {},
  defer: () => undefined,
})

async function openKey() {
  const folder = await mkdtemp(join(tmpdir(), 'whalecast-'))
  const path = join(folder, 'key.pem')
  const { privateKey } = generateKeyPairSync('ed25519')
  await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

describe('starting', () => {
  // Nothing listens there: whoever gets as far as Redis fails for another reason.
  const redis = { REDIS_URL: 'redis://127.0.0.1:1', TRADING_STRATEGY: 'whale_follower' }
  const live = { TRADING_BROKER: 'live', TRADING_LIVE_CONFIRM: 'I understand' }

  test.each([
    { note: 'live at a simulator', env: { ...live, KALSHI_API_URL: 'http://127.0.0.1:1/trade-api/v2' } },
    { note: 'live at the demo', env: { ...live, KALSHI_API_URL: 'https://demo-api.kalshi.co/trade-api/v2' } },
    {
      note: 'demo at production',
      env: { TRADING_BROKER: 'demo', KALSHI_API_URL: 'https://external-api.kalshi.com/trade-api/v2' },
    },
  ])('$note is refused before anything is read or sent', async ({ env }) => {
    const keys = { EXECUTOR_KALSHI_API_KEY_ID: 'id', EXECUTOR_KALSHI_PRIVATE_KEY_PATH: '/nowhere' }
    const start = startExecutor(parseConfig({ ...redis, ...env, ...keys }), context())
    await expect(start).rejects.toThrow(EndpointRefusedError)
  })

  test('live with both settings, at production, says plainly what it does before it goes on', async () => {
    await using key = await openKey()
    const ctx = context()
    const lines: unknown[] = []
    ctx.logger.on('data', (line: { message: unknown }) => lines.push(line.message))
    const keys = { EXECUTOR_KALSHI_API_KEY_ID: 'hush-id', EXECUTOR_KALSHI_PRIVATE_KEY_PATH: key.path }
    await expect(startExecutor(parseConfig({ ...redis, ...live, ...keys }), ctx)).rejects.toThrow(
      /Redis|connect/i,
    )
    expect(String(lines[0])).toMatch(/REAL MONEY.*https:\/\/external-api\.kalshi\.com/)
    expect(lines.join()).not.toContain('hush-id')
  })

  test('with the strategy hold it connects to nothing and is healthy', async () => {
    const ctx = context()
    await startExecutor(parseConfig({ ...redis, TRADING_STRATEGY: 'hold' }), ctx)
    expect(ctx.health.reports()).toMatchObject([
      { component: 'executor', status: 'healthy', details: { role: 'idle' } },
    ])
  })
})
