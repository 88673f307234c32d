import { describe, expect, test } from '@jest/globals'
import { ConfigError, parseConfig } from './config.ts'

describe('configuration', () => {
  test('everything has a default', () => {
    expect(parseConfig({ PATH: '/bin', WHALE_QUEUE_SIZE: 'not ours' })).toMatchObject({
      host: '127.0.0.1',
      port: 0,
      opsPort: 9_100,
      rate: 50,
      markets: 200,
      firstWhaleMs: 2_000,
      seed: undefined,
      replayFile: undefined,
      replaySpeed: 1,
      keyScopes: ['read'],
      writeKeyId: undefined,
      balanceCents: 100_000,
      readLagMs: 0,
      writeTokensPerSecond: 100,
    })
  })

  test('an empty variable counts as none', () => {
    expect(parseConfig({ SIM_SEED: '', SIM_RATE: '', SIM_REPLAY_FILE: '' })).toMatchObject({
      seed: undefined,
      rate: 50,
    })
  })

  test('scopes are a comma list', () => {
    expect(parseConfig({ SIM_KEY_SCOPES: 'read, write::trade' }).keyScopes).toEqual(['read', 'write::trade'])
  })

  test('every bad and every unknown setting is named at once', () => {
    const env = {
      SIM_RATE: 'fast',
      SIM_PORT: '70000',
      SIM_MARKETS: '1.5',
      SIM_SEED: '-1',
      SIM_KEY_ID: 'alone',
      SIM_KEY_SCOPES: 'read,admin',
      SIM_WRITE_KEY_ID: 'alone too',
      SIM_RAET: '5',
      LOG_LEVEL: 'loud',
    }
    const problems = (() => {
      try {
        parseConfig(env)
        return []
      } catch (error) {
        return error instanceof ConfigError ? error.problems : [String(error)]
      }
    })()
    const named = [
      'SIM_PORT',
      'LOG_LEVEL',
      'SIM_SEED',
      'SIM_RATE',
      'SIM_MARKETS',
      'SIM_KEY_SCOPES must be scopes, not "admin"',
      'SIM_PUBLIC_KEY_PATH and SIM_KEY_ID',
      'SIM_WRITE_PUBLIC_KEY_PATH and SIM_WRITE_KEY_ID',
      'SIM_RAET',
    ]
    expect(problems).toHaveLength(named.length)
    for (const [index, name] of named.entries()) expect(problems[index]).toContain(name)
  })
})
