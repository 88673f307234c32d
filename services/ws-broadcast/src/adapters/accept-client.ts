import { batchSubprotocol, subprotocol } from '@whalecast/events'
import type { Hub } from '@whalecast/fanout'
import type { Wire } from '@whalecast/fanout/wire'
import type { WebSocket } from 'ws'
import type { Caller } from '../domain/access.ts'
import { Client } from '../domain/client.ts'
import type { Protocol } from '../domain/protocol.ts'
import type { Instruments } from './instruments.ts'

export type ClientParts = {
  readonly hub: Hub<Client>
  readonly protocol: Protocol
  readonly wire: Wire
  readonly instruments: Instruments
  readonly limitBytes: number
  readonly now: () => number
}

/** Who stands behind a new socket. */
export type Newcomer = {
  readonly id: string
  readonly address: string
  readonly caller: Caller
  /** Whether it is sent the default channels without asking. */
  readonly defaults: boolean
}

/** Makes a client of an open socket: from here on its frames, its end and its faults are handled. */
export function acceptClient(socket: WebSocket, newcomer: Newcomer, parts: ClientParts): void {
  const { hub, protocol, wire, instruments, limitBytes, now } = parts
  const client = new Client({
    ...newcomer,
    socket: wire.attach(socket, { lines: socket.protocol === batchSubprotocol }),
    limitBytes,
    now,
    losses: { conflated: () => instruments.conflated('client'), shed: instruments.shed },
    onSent: instruments.delivered,
  })
  socket.on('message', (message, isBinary) => {
    if (Buffer.isBuffer(message)) protocol.onMessage(client, message, isBinary)
  })
  socket.on('close', (code) => hub.gone(client, code))
  // `close` follows; ws has already answered a frame that breaks the protocol with its code.
  socket.on('error', (error) => {
    if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') instruments.problem('too_big')
    else if ('code' in error && String(error.code).startsWith('WS_ERR_')) instruments.problem('protocol')
  })
  protocol.greet(client, { ...newcomer, protocol: socket.protocol || subprotocol })
}
