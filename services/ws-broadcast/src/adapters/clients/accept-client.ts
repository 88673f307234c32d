import { batchSubprotocol, subprotocol } from '@whalecast/events'
import type { Hub } from '@whalecast/fanout'
import type { Wire } from '@whalecast/fanout/wire'
import type { WebSocket } from 'ws'
import { Client } from '../../domain/conversation/client.ts'
import type { Protocol } from '../../domain/conversation/protocol.ts'
import type { Admitted } from '../admission/door.ts'
import type { Instruments } from '../instruments.ts'

export type ClientParts = {
  readonly hub: Hub<Client>
  readonly protocol: Protocol
  readonly wire: Wire
  readonly instruments: Instruments
  readonly limitBytes: number
  readonly now: () => number
}

/** Who stands behind a new socket. */
export type Newcomer = Admitted & {
  readonly id: string
  /** Whether it is sent the default channels without asking. */
  readonly defaults: boolean
}

/** Makes a client of an open socket: from here on its frames, its end and its faults are handled. */
export function acceptClient(socket: WebSocket, newcomer: Newcomer, parts: ClientParts): void {
  const { hub, protocol, wire, instruments, limitBytes, now } = parts
  const client = new Client({
    id: newcomer.id,
    address: newcomer.peer.address,
    caller: newcomer.caller,
    seat: newcomer.seat,
    socket: wire.attach(socket, { lines: socket.protocol === batchSubprotocol }),
    limitBytes,
    now,
    losses: { conflated: () => instruments.conflated('client'), shed: instruments.shed },
    onSent: instruments.delivered,
  })
  socket.on('message', (message, isBinary) => {
    if (Buffer.isBuffer(message)) protocol.onMessage(client, message, isBinary)
  })
  // Frames that `ws` would answer by itself, as many as come, whether the answers are read or not.
  socket.on('ping', (payload) => {
    if (protocol.onControl(client)) socket.pong(payload)
  })
  socket.on('pong', () => void protocol.onControl(client))
  socket.on('close', (code) => hub.gone(client, code))
  // `close` follows; ws has already answered a frame that breaks the protocol with its code.
  socket.on('error', (error) => {
    if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') instruments.problem('too_big')
    else if ('code' in error && String(error.code).startsWith('WS_ERR_')) instruments.problem('protocol')
  })
  protocol.greet(client, { ...newcomer, protocol: socket.protocol || subprotocol })
}
