import type { Batch } from '../batch.ts'
import { Hub } from '../hub.ts'
import { Receiver } from '../receiver.ts'
import type { FrameClass, OutFrame } from '../frame.ts'

/** A frame of any class, with a text of bytes that tests can read back. */
export const frame = (text: string, frameClass: FrameClass = 'log'): OutFrame => ({
  type: 't',
  frameClass,
  key: 'k',
  bytes: Buffer.from(text),
  headerBytes: 0,
  madeAtMs: 0,
})

type Task = { readonly ms: number; readonly run: () => void }

/** A hub with a clock and a turn that the test moves. */
export function openHub(options: { rate?: number; feedRate?: number; windowMs?: number } = {}) {
  const { rate = 1_000, feedRate = rate, windowMs = 0 } = options
  const state = {
    now: 0,
    windowMs,
    tasks: new Set<Task>(),
    lost: [] as string[],
    closed: [] as string[],
    listened: [] as string[],
    shed: 0,
  }
  const hub = new Hub<Receiver>({
    budgetBytes: 100_000_000,
    wheelSlots: 3,
    rates: {
      all: { perSecond: rate, burst: rate },
      of: () => ({ perSecond: feedRate, burst: feedRate }),
    },
    after: (ms, run) => {
      const task = { ms, run }
      state.tasks.add(task)
      return () => state.tasks.delete(task)
    },
    windowMs: () => state.windowMs,
    now: () => state.now,
    monotonicMs: () => state.now,
    pingFrame: () => frame('ping', 'control'),
    onListened: (channel, listened) => state.listened.push(`${listened ? '+' : '-'}${channel}`),
    onClosed: (client, code) => state.closed.push(`${client.id} ${code}`),
    onThinned: (how, channel, clients) => state.lost.push(`${how} ${channel} ${clients}`),
    onFlushed: () => undefined,
  })
  const connect = (id: string, { stalled = false, limitBytes = 1_000, feeds = ['whales'] } = {}) => {
    const wire = {
      written: [] as Buffer[],
      stuck: 0,
      closes: [] as number[],
      destroyed: 0,
      stalled,
      broken: false,
      done: [] as ((error?: Error) => void)[],
    }
    const client = new Receiver({
      id,
      limitBytes,
      socket: {
        get buffered() {
          return wire.stuck
        },
        write: (batch: Batch, done) => {
          wire.written.push(batch.joined())
          if (wire.stalled) wire.stuck += batch.bytes
          if (wire.broken) done(new Error('EPIPE'))
          else wire.done.push(done)
          return batch.bytes
        },
        close: (code) => wire.closes.push(code),
        destroy: () => (wire.destroyed += 1),
      },
      losses: {
        conflated: (channel) => state.lost.push(`conflated client ${channel}`),
        shed: (frames) => (state.shed += frames),
      },
      now: () => state.now,
      onSent: () => undefined,
    })
    hub.add(client)
    hub.listen(client, feeds)
    return { client, wire, text: () => Buffer.concat(wire.written).toString() }
  }
  const run = (which: (task: Task) => boolean) => {
    for (const task of [...state.tasks].filter(which)) {
      state.tasks.delete(task)
      task.run()
    }
  }
  /** The end of a turn of the loop. */
  const endTurn = () => run(({ ms }) => ms === 0)
  /** Time passes, and what was to happen then happens. */
  const pass = (ms: number) => {
    state.now += ms
    run((task) => task.ms > 0)
  }
  return { hub, state, connect, endTurn, pass }
}
