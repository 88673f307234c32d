import { serveCalls } from '../../child/serve-calls.ts'
import { quantile } from '../quantile.ts'
import { signedToken } from '../signed-token.ts'
import { SocketIoStormClient } from './socket-io-storm-client.ts'
import type { StormCalls, StormTarget } from './storm-calls.ts'
import type { StormClient } from './storm-client.ts'
import { WhalecastStormClient } from './whalecast-storm-client.ts'
import type { ClientEvent } from '@whalecast/delivery'

let target: StormTarget | undefined
let clients: StormClient[] = []
let events: ClientEvent[] = []
let connections = 0

/** Every client at the same moment, each with a token that the server has not seen before. */
async function connectAll() {
  const { url, secret } = target!
  const startedMs = performance.now()
  const took = await Promise.all(
    clients.map(async (client) => {
      connections += 1
      const token = signedToken(secret, `${client.name}-${connections}`)
      await client.connect(url, token)
      return performance.now() - startedMs
    }),
  )
  return { p50Ms: quantile(took, 0.5), p99Ms: quantile(took, 0.99), allMs: Math.max(...took) }
}

serveCalls<StormCalls>({
  open: async (given) => {
    target = given
    const record = (event: ClientEvent) => void events.push(event)
    const Client = given.kind === 'whalecast' ? WhalecastStormClient : SocketIoStormClient
    clients = given.names.map((name) => new Client(name, record))
    return connectAll()
  },
  cut: () => {
    for (const client of clients) client.cut()
  },
  reconnect: async () => ({
    ...(await connectAll()),
    recovered: clients.filter(({ recovered }) => recovered).length,
    retries: clients.reduce((sum, { retries }) => sum + retries, 0),
  }),
  drain: () => {
    const drained = { events, goodbyes: [], keptAway: 0, connections }
    events = []
    return drained
  },
  close: () => {
    for (const client of clients.splice(0)) client.cut()
  },
})
