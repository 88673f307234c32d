import { createServer } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { watchLeaks } from './leaks.ts'

describe('watchLeaks', () => {
  test('names a server and a timer that are left, and is content once they are gone', async () => {
    const leaks = watchLeaks()
    const server = createServer()
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const timer = setTimeout(() => undefined, 60_000)
    clearTimeout(setTimeout(() => undefined, 60_000))
    await expect(leaks.check({ timeoutMs: 20 })).rejects.toThrow(/1 × TCPServerWrap, 1 × timer/)
    clearTimeout(timer)
    server.close()
    await leaks.check()
  })

  test('names a signal listener that is left', async () => {
    const leaks = watchLeaks()
    const listener = () => undefined
    process.on('SIGTERM', listener)
    await expect(leaks.check({ timeoutMs: 20 })).rejects.toThrow('SIGTERM listener')
    process.off('SIGTERM', listener)
    await leaks.check()
  })
})
