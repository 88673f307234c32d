import { setTimeout as wait } from 'node:timers/promises'
import { openPrivateRedis, type PrivateRedis } from '@whalecast/testkit'
import { Redis } from 'ioredis'
import { Balancer } from '../balancer.ts'
import { openClients } from '../clients/open-clients.ts'
import { dice, type Dice } from '../dice.ts'
import { History } from '../history.ts'
import { openBus } from '../open-bus.ts'
import { openReplica, type Replica } from '../open-replica.ts'
import type { Outcome, Scene } from '../outcome.ts'
import { Publisher } from '../publisher.ts'
import { bookChannel } from '../samples.ts'

type World = {
  readonly redis: PrivateRedis
  readonly balancer: Balancer
  readonly replicas: Replica[]
  readonly clients: number
  readonly roll: Dice
}

type Fault = readonly [what: string, happen: (world: World) => Promise<void>]

const replicaCount = 3

/** One thing that breaks, and is whole again when the promise resolves. */
const faults: readonly Fault[] = [
  [
    'Redis is killed and comes back',
    async ({ redis, roll }) => {
      await redis.kill9()
      await wait(roll(3_000))
      await redis.restart()
    },
  ],
  [
    'Redis is frozen',
    async ({ redis, roll }) => {
      redis.pause()
      await wait(roll(4_000))
      redis.resume()
    },
  ],
  [
    'whoever listens to Redis is cut off',
    async ({ redis }) => {
      const admin = new Redis(redis.port, '127.0.0.1')
      await admin.client('KILL', 'TYPE', 'pubsub')
      admin.disconnect()
    },
  ],
  ['a replica is killed and replaced', (world) => replace(world, async (old) => old[Symbol.asyncDispose]())],
  ['a replica is asked to end and replaced', (world) => replace(world, (old) => old.stop())],
  [
    'a replica is frozen',
    async ({ replicas, roll }) => {
      const { pid } = replicas[roll(replicaCount)]!
      process.kill(pid, 'SIGSTOP')
      await wait(roll(3_000))
      process.kill(pid, 'SIGCONT')
    },
  ],
  ['every connection is cut', ({ balancer }) => Promise.resolve(balancer.cut())],
  [
    'some clients stand still',
    async ({ balancer, clients, roll }) => {
      const goOn = balancer.stall(1 + roll(clients))
      await wait(roll(3_000))
      goOn()
    },
  ],
]

/** Faults of every kind, one after the other or on top of each other, in an order that a seed decides. */
export async function chaos({ options, say, signal }: Scene): Promise<Outcome> {
  const { clients, rate, count, seed, afterMs } = options.chaos
  const roll = dice(seed)
  await using redis = await openPrivateRedis()
  await using bus = await openBus(redis.url)
  await using balancer = await Balancer.open()
  await using sdk = openClients('sdk')
  const replicas: Replica[] = []
  try {
    while (replicas.length < replicaCount) replicas.push(await openChaosReplica(redis.url))
    balancer.route(replicas.map(({ port }) => port))
    const names = Array.from({ length: clients }, (_, at) => `c${at}`)
    // Every third looks at a part of the log only, which has to be as whole as all of it.
    const severities = Object.fromEntries(
      names.filter((_, at) => at % 3 === 0).map((name) => [name, 'S4' as const]),
    )
    const channels = ['whales', 'trading_state', bookChannel]
    await sdk.call('open', { urls: [balancer.url], names, channels, severities })
    const history = new History([sdk])
    history.begin(names, {
      logs: { whales: await bus.head('whales') },
      latest: ['trading_state', bookChannel],
      views: severities,
    })
    const publisher = new Publisher(bus, history.take)
    publisher.start({ whales: rate, states: 5, books: 5 })
    const world = { redis, balancer, replicas, clients, roll }
    for (let at = 0; at < count; at += 1) {
      const chosen = [faults[roll(faults.length)]!]
      // Two at the same time, where they are not about the same thing.
      const other = faults[roll(faults.length)]!
      if (roll(3) === 0 && subjectOf(other) !== subjectOf(chosen[0]!)) chosen.push(other)
      say(`${at + 1} of ${count}: ${chosen.map(([what]) => what).join('; ')}`)
      await Promise.all(chosen.map(([, happen]) => happen(world)))
      await wait(roll(2_000), undefined, { signal })
    }
    await wait(afterMs, undefined, { signal })
    await publisher.stop()
    const verdict = await history.finish(publisher.last)
    const figures = {
      seed,
      faults: count,
      reconnects: history.connections - clients,
      'came twice, and the SDK kept it away': history.keptAway,
    }
    return { scenario: 'chaos', subject: 'ws-broadcast', verdict, figures }
  } finally {
    await Promise.all(replicas.map((replica) => replica[Symbol.asyncDispose]()))
  }
}

const startAgainMs = 200
const startAttempts = 50

/**
 * Starts a replica as a supervisor does: again, where it ended because Redis was away. Places are told by pings; to a
 * client with a filter nothing else may come for long.
 */
async function openChaosReplica(redisUrl: string): Promise<Replica> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await openReplica(redisUrl, { env: { WHALECAST_PING_INTERVAL_MS: '5000' } })
    } catch (error) {
      if (attempt === startAttempts) throw error
      await wait(startAgainMs)
    }
  }
}

/** What a fault is about: Redis, a replica, or connections. */
const subjectOf = ([what]: Fault): string => /Redis|replica/.exec(what)?.[0] ?? 'connections'

async function replace({ replicas, balancer, redis, roll }: World, end: (old: Replica) => Promise<void>) {
  const at = roll(replicaCount)
  await end(replicas[at]!)
  replicas[at] = await openChaosReplica(redis.url)
  balancer.route(replicas.map(({ port }) => port))
}
