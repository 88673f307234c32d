import { connectRedisBus, type Bus } from '@whalecast/bus'

/** A bus for a publisher, which ends with the handle. */
export async function openBus(url: string): Promise<Bus & AsyncDisposable> {
  const bus = await connectRedisBus({ url, instance: 'bench-publisher' })
  return Object.assign(bus, { [Symbol.asyncDispose]: () => bus.close() })
}
