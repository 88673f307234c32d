import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { openPrivateRedis } from '@whalecast/testkit'
import { openChild, type Child } from '../../child/open-child.ts'
import { usageOf } from '../../measure/process-usage.ts'
import type { StormCalls } from '../clients/storm-calls.ts'
import { History } from '../history.ts'
import { openBus } from '../open-bus.ts'
import { openReplica } from '../open-replica.ts'
import type { Outcome, Scene } from '../outcome.ts'
import { openSocketIoNode, socketIoPackages } from '../peers/open-socket-io-node.ts'
import { Publisher } from '../publisher.ts'
import { SocketIoPublisher } from '../socket-io-publisher.ts'

/** Every client loses its connection and comes back at the same moment, with a token that has to be checked. */
export async function storm(scene: Scene): Promise<Outcome> {
  const { clients, rate } = scene.options.storm
  const secret = randomBytes(32).toString('hex')
  await using redis = await openPrivateRedis()
  await using replica = await openReplica(redis.url, { env: { WHALECAST_JWT_SECRET: secret } })
  await using bus = await openBus(redis.url)
  await using process = openStormClients()
  const names = Array.from({ length: clients }, (_, at) => `c${at}`)
  await process.call('open', { kind: 'whalecast', url: replica.url, names, secret })
  const history = new History([process])
  history.begin(names, { logs: { whales: await bus.head('whales') } })
  const publisher = new Publisher(bus, history.take)
  const publish = async (ms: number) => {
    publisher.start({ whales: rate })
    await wait(ms, undefined, { signal: scene.signal })
    await publisher.stop()
  }
  const figures = await play(scene, { pid: replica.pid, process, publish })
  const verdict = await history.finish(publisher.last)
  return { scenario: 'storm', subject: 'ws-broadcast', verdict, figures }
}

/** The same with one node of Socket.IO, which checks the token with the library that its users take. */
export async function socketIoStorm(scene: Scene): Promise<Outcome> {
  const { clients, rate } = scene.options.storm
  const secret = randomBytes(32).toString('hex')
  const peerDir = await socketIoPackages()
  await using redis = await openPrivateRedis()
  await using node = await openSocketIoNode(redis.url, peerDir, { JWT_SECRET: secret })
  await using process = openStormClients()
  const names = Array.from({ length: clients }, (_, at) => `c${at}`)
  await process.call('open', { kind: 'socket.io', url: `ws://127.0.0.1:${node.port}`, names, secret })
  const history = new History([process])
  history.begin(names, { logs: { whales: { epoch: 1, offset: 0 } } })
  const publisher = new SocketIoPublisher(node, history.take)
  const publish = async (ms: number) => {
    publisher.start(rate)
    await wait(ms, undefined, { signal: scene.signal })
    publisher.stop()
  }
  const figures = await play(scene, { pid: node.pid, process, publish })
  const verdict = await history.finish(publisher.last)
  return { scenario: 'storm', subject: 'Socket.IO', verdict, figures }
}

function openStormClients(): Child<StormCalls> {
  return openChild(new URL('../clients/storm-clients-process.js', import.meta.url))
}

type Played = {
  readonly pid: number
  readonly process: Child<StormCalls>
  readonly publish: (ms: number) => Promise<void>
}

async function play({ options, say, signal }: Scene, { pid, process, publish }: Played) {
  const { clients, publishMs, restMs } = options.storm
  await publish(publishMs)
  await wait(restMs, undefined, { signal })
  await process.call('cut', undefined)
  await publish(publishMs)
  await wait(restMs, undefined, { signal })
  say(`${clients} clients come back at once`)
  const before = await usageOf(pid)
  const { p50Ms, p99Ms, allMs, recovered, retries } = await process.call('reconnect', undefined)
  await wait(restMs, undefined, { signal })
  const after = await usageOf(pid)
  await publish(publishMs)
  return {
    'sent all that they missed, as the server says': recovered,
    'CPU per connection, token check included, ms':
      (((after?.cpuSeconds ?? NaN) - (before?.cpuSeconds ?? NaN)) * 1_000) / clients,
    'back: half within, ms': Math.round(p50Ms),
    'back: 99 % within, ms': Math.round(p99Ms),
    'back: all within, ms': Math.round(allMs),
    'attempts that failed': retries,
  }
}
