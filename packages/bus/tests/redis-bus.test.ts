import { connectRedisBus, type Bus } from '@whalecast/bus'
import { busConformance } from '@whalecast/bus/testing'
import { openRedis, uniquePrefix } from '@whalecast/testkit'

busConformance('RedisBus', async () => {
  const redis = await openRedis()
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
      await redis.stop()
    },
  }
})
