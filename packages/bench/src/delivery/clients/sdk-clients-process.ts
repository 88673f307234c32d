import { connectWhalecast, type WhalecastClient } from '@whalecast/client'
import { digestOf, type ClientEvent } from '@whalecast/delivery'
import { serveCalls } from '../../child/serve-calls.ts'
import type { ClientsCalls, ClientsTarget, Goodbye } from './clients-calls.ts'

const clients: WhalecastClient[] = []
let events: ClientEvent[] = []
let goodbyes: Goodbye[] = []

/** Resolves when the client listens to everything it asked for. */
function open(url: string, name: string, { channels, severities }: ClientsTarget): Promise<void> {
  const severity = severities?.[name]
  const filtered = severity === undefined ? [] : ['whales']
  const client = connectWhalecast({
    url,
    channels: channels.filter((channel) => !filtered.includes(channel)),
  })
  if (severity !== undefined) client.subscribe(filtered, { filter: { severity: [severity] } })
  clients.push(client)
  client.on('whale', ({ epoch = 0, offset = 0, data }) =>
    events.push({ type: 'entry', client: name, channel: 'whales', id: data.whale_id, epoch, offset }),
  )
  client.on('gap', ({ data: { channel, epoch, from, to } }) => {
    if (channel === 'whales') events.push({ type: 'gap', client: name, channel, epoch, from, to })
  })
  // On a new connection a place says something only once the channel is confirmed.
  let confirmed = false
  client.on('connection', () => void (confirmed = false))
  client.on('subscribed', ({ data }) => void (confirmed ||= data.channels.includes('whales')))
  client.on('ping', ({ data: { positions } }) => {
    const place = positions?.['whales']
    if (place && confirmed) events.push({ type: 'proved', client: name, channel: 'whales', ...place })
  })
  client.on('trading_state', ({ data }) =>
    events.push({
      type: 'value',
      client: name,
      channel: 'trading_state',
      version: data.version,
      digest: digestOf(data),
    }),
  )
  client.on('book', ({ channel = '', version = 0, data }) =>
    events.push({ type: 'value', client: name, channel, version, digest: digestOf(data) }),
  )
  client.on('goaway', ({ data: { reconnect_after_ms: afterMs } }) => {
    const server = client.state.type === 'connected' ? client.state.connection.server_id : ''
    goodbyes.push({ server, afterMs })
  })
  return new Promise((resolve) => {
    client.on('subscribed', ({ data }) => {
      if (channels.every((channel) => data.channels.includes(channel))) resolve()
    })
  })
}

/** So many at the same time: more only make each other late. */
const openingAtOnce = 50

async function openAll(target: ClientsTarget): Promise<void> {
  const { urls, names } = target
  const waiting = names.map((name, at) => () => open(urls[at % urls.length] ?? '', name, target))
  while (waiting.length > 0) await Promise.all(waiting.splice(0, openingAtOnce).map((begin) => begin()))
}

serveCalls<ClientsCalls>({
  open: openAll,
  drain: () => {
    const drained = {
      events,
      goodbyes,
      keptAway: clients.reduce((sum, { stats }) => sum + stats.duplicates, 0),
      connections: clients.reduce((sum, { stats }) => sum + stats.connections, 0),
    }
    events = []
    goodbyes = []
    return drained
  },
  close: () => {
    for (const client of clients.splice(0)) client.close()
  },
})
