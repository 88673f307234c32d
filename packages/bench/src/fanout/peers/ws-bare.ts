import { Duplex } from 'node:stream'
import * as ws from 'ws'
import type { WebSocket } from 'ws'
import { serveWsPeer } from './ws-peer.ts'

type Framer = { frame(payload: Buffer, options: object): Buffer[] }
type Queue = { frames: Buffer[]; readonly stream: Duplex }

const options = { fin: true, opcode: 1, mask: false, rsv1: false, readOnly: true }
const windowMs = Number(process.env['PEER_WINDOW_MS'] ?? 0)
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an internal of ws
const sender = Reflect.get(ws, 'Sender') as Framer
const queues = new WeakMap<WebSocket, Queue>()
let dirty: Queue[] = []
let scheduled = false

function flush(): void {
  scheduled = false
  const flushed = dirty
  dirty = []
  let before: Queue['frames'] = []
  let joined = Buffer.alloc(0)
  for (const queue of flushed) {
    const { frames, stream } = queue
    queue.frames = []
    if (!isSame(frames, before)) joined = Buffer.concat(frames)
    before = frames
    stream.write(joined)
  }
}

const isSame = (a: readonly Buffer[], b: readonly Buffer[]) =>
  a.length === b.length && a.every((frame, at) => frame === b[at])

function queueOf(client: WebSocket): Queue {
  const known = queues.get(client)
  if (known) return known
  const stream: unknown = Reflect.get(client, '_socket')
  if (!(stream instanceof Duplex)) throw new TypeError('this ws has no _socket')
  const made = { frames: [], stream }
  queues.set(client, made)
  return made
}

// What is possible at best in Node: one shared frame, one write per client and turn, and nothing else.
await serveWsPeer((clients, message) => {
  const frame = Buffer.concat(sender.frame(Buffer.from(JSON.stringify(message)), options))
  for (const client of clients) {
    const queue = queueOf(client)
    if (queue.frames.length === 0) dirty.push(queue)
    queue.frames.push(frame)
  }
  if (scheduled) return
  scheduled = true
  if (windowMs === 0) setImmediate(flush)
  else setTimeout(flush, windowMs)
})
