import { setTimeout as wait } from 'node:timers/promises'
import { openPrivateRedis } from '@whalecast/testkit'
import { usageOf } from '../../measure/process-usage.ts'
import { Balancer } from '../balancer.ts'
import { openClients } from '../clients/open-clients.ts'
import { History } from '../history.ts'
import { openBus } from '../open-bus.ts'
import { openReplica } from '../open-replica.ts'
import type { Outcome, Scene } from '../outcome.ts'
import { Publisher } from '../publisher.ts'

const lookMs = 500

/** Some clients stop reading under load for a while, each with a tape that fills whatever can be filled, and then read on. */
export async function stall({ options, say, signal }: Scene): Promise<Outcome> {
  const { clients, stalled, rate, trades, beforeMs, stalledMs, afterMs } = options.stall
  await using redis = await openPrivateRedis()
  await using replica = await openReplica(redis.url)
  await using bus = await openBus(redis.url)
  await using balancer = await Balancer.open()
  balancer.route([replica.port])
  await using readers = openClients('sdk')
  await using sleepers = openClients('sdk')
  const names = Array.from({ length: clients }, (_, at) => `c${at}`)
  const [reading, sleeping] = [names.slice(stalled), names.slice(0, stalled)]
  await readers.call('open', { urls: [replica.url], names: reading, channels: ['whales', 'trading_state'] })
  await sleepers.call('open', {
    urls: [balancer.url],
    names: sleeping,
    channels: ['whales', 'trading_state', 'tape'],
  })
  const history = new History([readers, sleepers])
  history.begin(names, { logs: { whales: await bus.head('whales') }, latest: ['trading_state'] })
  const publisher = new Publisher(bus, history.take)
  publisher.start({ whales: rate, states: 2, trades })
  await wait(beforeMs, undefined, { signal })
  const before = (await usageOf(replica.pid))?.rssBytes ?? NaN
  const closedBefore = history.connections
  say(`${stalled} of ${clients} stop reading`)
  const resume = balancer.stall(stalled)
  let highest = 0
  const untilMs = performance.now() + stalledMs
  while (performance.now() < untilMs) {
    await wait(lookMs, undefined, { signal })
    highest = Math.max(highest, (await usageOf(replica.pid))?.rssBytes ?? 0)
  }
  say('they read on')
  resume()
  await wait(afterMs, undefined, { signal })
  await publisher.stop()
  const verdict = await history.finish(publisher.last)
  const figures = {
    'stopped reading': stalled,
    'closed for it, and came back': history.connections - closedBefore,
    'came twice, and the SDK kept it away': history.keptAway,
    'more memory at most, MB': (highest - before) / 2 ** 20,
    'their limits together, MB': stalled,
  }
  return { scenario: 'stall', subject: 'ws-broadcast', verdict, figures }
}
