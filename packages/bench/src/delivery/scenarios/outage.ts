import { setTimeout as wait } from 'node:timers/promises'
import { openPrivateRedis, type PrivateRedis } from '@whalecast/testkit'
import { openClients } from '../clients/open-clients.ts'
import { History } from '../history.ts'
import { openBus } from '../open-bus.ts'
import { openReplica } from '../open-replica.ts'
import type { Outcome, Scene } from '../outcome.ts'
import { openSocketIoNode, socketIoPackages } from '../peers/open-socket-io-node.ts'
import { Publisher } from '../publisher.ts'
import { SocketIoPublisher } from '../socket-io-publisher.ts'

/** Redis is killed under load and comes back with its data, while clients listen at two replicas. */
export async function outage(scene: Scene): Promise<Outcome> {
  const { clients, rate } = scene.options.outage
  await using redis = await openPrivateRedis()
  await using first = await openReplica(redis.url)
  await using second = await openReplica(redis.url)
  await using bus = await openBus(redis.url)
  await using sdk = openClients('sdk')
  const names = Array.from({ length: clients }, (_, at) => `c${at}`)
  await sdk.call('open', {
    urls: [first.url, second.url],
    names,
    channels: ['whales', 'trading_state'],
  })
  const history = new History([sdk])
  history.begin(names, { logs: { whales: await bus.head('whales') }, latest: ['trading_state'] })
  const publisher = new Publisher(bus, history.take)
  publisher.start({ whales: rate, states: 5 })
  await killAndRestart(redis, scene)
  await publisher.stop()
  const verdict = await history.finish(publisher.last)
  const figures = {
    reconnects: history.connections - clients,
    'came twice, and the SDK kept it away': history.keptAway,
  }
  return { scenario: 'outage', subject: 'ws-broadcast', verdict, figures }
}

/** The same with two nodes of Socket.IO and its Redis adapter; messages go out at the first node. */
export async function socketIoOutage(scene: Scene): Promise<Outcome> {
  const { clients, rate } = scene.options.outage
  const peerDir = await socketIoPackages()
  await using redis = await openPrivateRedis()
  await using first = await openSocketIoNode(redis.url, peerDir)
  await using second = await openSocketIoNode(redis.url, peerDir)
  await using theirs = openClients('socket-io')
  const names = Array.from({ length: clients }, (_, at) => `c${at}`)
  const urls = [first, second].map(({ port }) => `http://127.0.0.1:${port}`)
  await theirs.call('open', { urls, names, channels: ['whales'], peerDir })
  const history = new History([theirs])
  history.begin(names, { logs: { whales: { epoch: 1, offset: 0 } } })
  const publisher = new SocketIoPublisher(first, history.take)
  publisher.start(rate)
  await killAndRestart(redis, scene)
  publisher.stop()
  const verdict = await history.finish(publisher.last)
  const figures = { reconnects: history.connections - clients }
  return { scenario: 'outage', subject: 'Socket.IO', verdict, figures }
}

async function killAndRestart(redis: PrivateRedis, { options, say, signal }: Scene): Promise<void> {
  const { beforeMs, awayMs, afterMs } = options.outage
  await wait(beforeMs, undefined, { signal })
  say('Redis is killed')
  await redis.kill9()
  await wait(awayMs, undefined, { signal })
  await redis.restart()
  say('Redis is back')
  await wait(afterMs, undefined, { signal })
}
