import { describe, expect, test } from '@jest/globals'
import { ConfigError } from '@whalecast/runtime'
import { parseConfig } from './config.ts'

describe('parseConfig', () => {
  test('without settings: loopback alone, a ping each 30 s, a megabyte for a slow client', () => {
    expect(parseConfig({})).toMatchObject({
      http: { host: '127.0.0.1', port: 8_080 },
      allowed: { origins: [], hosts: [] },
      access: { tokens: [], tokensFile: undefined },
      proxies: [],
      clientBufferBytes: 1_048_576,
      rates: { perClient: 10_000, perChannel: 5_000 },
      pingIntervalMs: 30_000,
    })
  })

  test('what bounds a client is read', () => {
    const config = parseConfig({
      WHALECAST_CLIENT_BUFFER_BYTES: '2048',
      WHALECAST_TOTAL_BUFFER_BYTES: '1000000000',
      WHALECAST_CLIENT_FRAMES_PER_SECOND: '3',
      WHALECAST_CHANNEL_FRAMES_PER_SECOND: '4',
      WHALECAST_PING_INTERVAL_MS: '500',
      WHALECAST_ALLOWED_ORIGINS: 'https://desk.example',
      WHALECAST_ALLOWED_HOSTS: 'desk.example',
    })
    expect(config).toMatchObject({
      clientBufferBytes: 2_048,
      totalBufferBytes: 1_000_000_000,
      rates: { perClient: 3, perChannel: 4 },
      pingIntervalMs: 500,
      allowed: { origins: ['https://desk.example'], hosts: ['desk.example'] },
    })
  })

  test('all bad settings are named at once', () => {
    const bad = () => parseConfig({ WHALECAST_PING_INTERVAL_MS: '1', WHALECAST_TOKENS: 'no-token' })
    expect(bad).toThrow(ConfigError)
    const worse = () =>
      parseConfig({ WHALECAST_TOKENS: 'no-token', WHALECAST_ALLOWED_ORIGINS: 'desk.example' })
    expect(worse).toThrow(/desk\.example[^]*WHALECAST_TOKENS|WHALECAST_TOKENS[^]*desk\.example/)
  })
})
