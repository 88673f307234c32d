import { createMemoryBus, MemoryBroker, type Bus } from '@whalecast/bus'
import { busConformance } from '@whalecast/bus/testing'

busConformance('MemoryBus', async () => {
  const broker = new MemoryBroker()
  const opened: Bus[] = []
  return {
    async open(options) {
      const bus = createMemoryBus(broker, options)
      opened.push(bus)
      return bus
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map((bus) => bus.close()))
    },
  }
})
