import { describe, expect, test } from '@jest/globals'
import { eventually, openPrivateRedis, openRedis, uniquePrefix, watchLeaks } from '@whalecast/testkit'
import { Redis } from 'ioredis'

function connect(url: string): AsyncDisposable & { readonly redis: Redis } {
  const redis = new Redis(url, { retryStrategy: () => 20 })
  redis.on('error', () => undefined)
  return {
    redis,
    async [Symbol.asyncDispose]() {
      redis.disconnect()
      await eventually(() => redis.status === 'end')
    },
  }
}

describe('openRedis', () => {
  test('answers, is shared while open, and leaves nothing', async () => {
    const leaks = watchLeaks()
    {
      await using first = await openRedis()
      await using second = await openRedis()
      expect(second.url).toBe(first.url)
      await using connection = connect(first.url)
      const key = `${uniquePrefix()}:a`
      await connection.redis.set(key, '1')
      await first.stop()
      expect(await connection.redis.get(key)).toBe('1')
    }
    await leaks.check()
  })
})

describe('openPrivateRedis', () => {
  test('comes back on the same port with its data after kill -9, or without any', async () => {
    const leaks = watchLeaks()
    {
      await using server = await openPrivateRedis()
      await using connection = connect(server.url)
      await connection.redis.set('kept', 'yes')
      await server.kill9()
      await eventually(() => connection.redis.status !== 'ready')
      await server.restart()
      expect(await connection.redis.get('kept')).toBe('yes')
      await server.restart({ empty: true })
      await eventually(async () => (await connection.redis.dbsize()) === 0)
    }
    await leaks.check()
  })

  test('does not answer while paused', async () => {
    await using server = await openPrivateRedis()
    await using connection = connect(server.url)
    await connection.redis.ping()
    server.pause()
    let answered = false
    const ping = connection.redis.ping().then(() => (answered = true))
    await new Promise((resolve) => setImmediate(resolve))
    expect(answered).toBe(false)
    server.resume()
    await ping
    expect(answered).toBe(true)
  })
})
