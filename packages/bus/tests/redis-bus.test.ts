import { afterAll, beforeAll } from '@jest/globals'
import { connectRedisBus, type Bus } from '@whalecast/bus'
import { busConformance } from '@whalecast/bus/testing'
import { openRedis, uniquePrefix, type TestRedis } from '@whalecast/testkit'

// One server for all tests; each has a prefix of its own. A container takes seconds to start.
let redis: TestRedis
beforeAll(async () => {
  redis = await openRedis()
})
afterAll(() => redis.stop())

busConformance('RedisBus', async () => {
  const prefix = uniquePrefix()
  const opened: Bus[] = []
  return {
    async open(options = {}) {
      const instance = options.instance ?? `test-${opened.length}`
      const bus = await connectRedisBus({ url: redis.url, prefix, ...options, instance })
      opened.push(bus)
      return bus
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map((bus) => bus.close()))
    },
  }
})
