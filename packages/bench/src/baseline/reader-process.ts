import { RecentIds } from '@whalecast/bus'
import { parseFrame, subscribeCommand } from '@whalecast/kalshi'
import { reconnectingSocket, type ReconnectingSocket } from '@whalecast/socket'
import { Queue } from 'bullmq'
import { serveCalls } from '../child/serve-calls.ts'
import { queueName, redisOptions } from './baseline-queue.ts'

/** Adds under way at once; beyond it the reader waits, and through the socket the exchange does. */
const maxInFlight = 1_000
/** As ingest. */
const highWaterFrames = 4_096
const idMemory = { windowMs: 600_000, maxIds: 4_000_000, now: Date.now }

export type ReaderCounts = { readonly duplicates: number; readonly failed: number; readonly strange: number }
export type ReaderCalls = {
  readonly open: {
    readonly input: { readonly wsUrl: string; readonly redisPort: number }
    readonly output: void
  }
  readonly counts: { readonly input: void; readonly output: ReaderCounts }
}

let duplicates = 0
let failed = 0
let strange = 0

/** Reads the exchange's trades as ingest does; each becomes one job. */
async function read(socket: ReconnectingSocket, queue: Queue): Promise<void> {
  const recent = new RecentIds(idMemory)
  let inFlight = 0
  let room: (() => void) | undefined
  for await (const event of socket) {
    if (event.type === 'open') socket.send(subscribeCommand(1, { channels: ['trade'] }))
    if (event.type !== 'frame') continue
    const frame = parseFrame(event.data, event.receivedAtMs)
    if (frame.kind !== 'trade') {
      if (frame.kind !== 'subscribed') strange += 1
      continue
    }
    if (!recent.add(frame.trade.trade_id)) {
      duplicates += 1
      continue
    }
    inFlight += 1
    void queue
      .add('trade', frame.trade, { removeOnComplete: true })
      .catch(() => (failed += 1))
      .then(() => {
        inFlight -= 1
        room?.()
        return undefined
      })
    if (inFlight >= maxInFlight) await new Promise<void>((resolve) => (room = resolve))
  }
}

serveCalls<ReaderCalls>({
  open: async ({ wsUrl, redisPort }) => {
    const queue = new Queue(queueName, { connection: redisOptions(redisPort) })
    await queue.waitUntilReady()
    void read(reconnectingSocket({ url: wsUrl, highWaterFrames }), queue)
  },
  counts: () => ({ duplicates, failed, strange }),
})
