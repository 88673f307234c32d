import { createRequire } from 'node:module'
import type { ClientEvent, Place } from '@whalecast/delivery'
import { serveCalls } from '../../child/serve-calls.ts'
import type { ClientsCalls, ClientsTarget } from './clients-calls.ts'

type Whale = Place & { readonly whale_id: string }
type Socket = {
  on(event: 'connect' | 'subscribed', listener: () => void): void
  on(event: 'whale', listener: (whale: Whale) => void): void
  emit(event: 'subscribe', channels: readonly string[]): void
  close(): void
}
type Package = { readonly io: (url: string, options: object) => Socket }

const sockets: Socket[] = []
let events: ClientEvent[] = []
let connections = 0

function open(io: Package['io'], url: string, name: string, channels: readonly string[]): Promise<void> {
  const socket = io(url, { transports: ['websocket'], forceNew: true })
  sockets.push(socket)
  socket.on('connect', () => {
    connections += 1
    socket.emit('subscribe', channels)
  })
  socket.on('whale', ({ whale_id: id, epoch, offset }) =>
    events.push({ type: 'entry', client: name, channel: 'whales', id, epoch, offset }),
  )
  return new Promise((resolve) => socket.on('subscribed', resolve))
}

async function openAll({ urls, names, channels, peerDir }: ClientsTarget): Promise<void> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as its documentation says
  const { io } = createRequire(`${peerDir}/`)('socket.io-client') as Package
  await Promise.all(names.map((name, at) => open(io, urls[at % urls.length] ?? '', name, channels)))
}

serveCalls<ClientsCalls>({
  open: openAll,
  drain: () => {
    const drained = { events, goodbyes: [], keptAway: 0, connections }
    events = []
    return drained
  },
  close: () => {
    for (const socket of sockets.splice(0)) socket.close()
  },
})
