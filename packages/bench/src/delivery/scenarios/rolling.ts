import { setTimeout as wait } from 'node:timers/promises'
import { openPrivateRedis } from '@whalecast/testkit'
import { Balancer } from '../balancer.ts'
import type { Goodbye } from '../clients/clients-calls.ts'
import { openClients } from '../clients/open-clients.ts'
import { History } from '../history.ts'
import { openBus } from '../open-bus.ts'
import { openReplica, type Replica } from '../open-replica.ts'
import type { Outcome, Scene } from '../outcome.ts'
import { peakIn } from '../peak.ts'
import { Publisher } from '../publisher.ts'

const replicas = 3
/** What one replica takes a second, as its operator says: farewells are planned by it. Low, so that a plan takes its time. */
const acceptsPerSecond = 200
/** Accept rates are compared over stretches of this length. */
const stretchMs = 500

/** Each replica is asked to end and replaced, one after the other, while clients listen through a balancer. */
export async function rolling(scene: Scene): Promise<Outcome> {
  const { options, say, signal } = scene
  const { clients, rate, betweenMs } = options.rolling
  await using redis = await openPrivateRedis()
  await using bus = await openBus(redis.url)
  await using balancer = await Balancer.open()
  await using sdk = openClients('sdk')
  const open = () =>
    openReplica(redis.url, { env: { WHALECAST_ACCEPTS_PER_SECOND: String(acceptsPerSecond) } })
  const running: Replica[] = []
  const route = () => balancer.route(running.map(({ port }) => port))
  try {
    while (running.length < replicas) running.push(await open())
    route()
    const names = Array.from({ length: clients }, (_, at) => `c${at}`)
    await sdk.call('open', { urls: [balancer.url], names, channels: ['whales', 'trading_state'] })
    const history = new History([sdk])
    history.begin(names, { logs: { whales: await bus.head('whales') }, latest: ['trading_state'] })
    const publisher = new Publisher(bus, history.take)
    publisher.start({ whales: rate, states: 1 })
    const begunMs = Date.now()
    let longestDrainMs = 0
    await wait(betweenMs, undefined, { signal })
    for (let at = 0; at < replicas; at += 1) {
      const old = running[at]!
      say(`replica ${at + 1} of ${replicas} is asked to end`)
      const startedMs = performance.now()
      await old.stop()
      longestDrainMs = Math.max(longestDrainMs, performance.now() - startedMs)
      running[at] = await open()
      route()
      await wait(betweenMs, undefined, { signal })
    }
    await publisher.stop()
    const verdict = await history.finish(publisher.last)
    const planned = Math.max(0, ...plansOf(history.goodbyes).map((moments) => peakIn(moments, stretchMs)))
    const accepted = balancer.acceptedMs.filter((atMs) => atMs >= begunMs)
    const measured = peakIn(accepted, stretchMs)
    const figures = {
      reconnects: history.connections - clients,
      'told when to come back': history.goodbyes.length,
      [`most planned in ${stretchMs} ms`]: planned,
      [`most accepted in ${stretchMs} ms`]: measured,
      'came twice, and the SDK kept it away': history.keptAway,
      'accepted at most, × planned': planned === 0 ? Infinity : measured / planned,
      'longest drain, ms': Math.round(longestDrainMs),
    }
    return { scenario: 'rolling', subject: 'ws-broadcast', verdict, figures }
  } finally {
    await Promise.all(running.map((replica) => replica[Symbol.asyncDispose]()))
  }
}

/** When each replica wanted its clients to come back, counted from its farewell. */
function plansOf(goodbyes: readonly Goodbye[]): readonly (readonly number[])[] {
  const plans = new Map<string, number[]>()
  for (const { server, afterMs } of goodbyes) plans.set(server, [...(plans.get(server) ?? []), afterMs])
  return [...plans.values()]
}
