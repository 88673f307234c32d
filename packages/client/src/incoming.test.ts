import { describe, expect, test } from '@jest/globals'
import type { Position } from '@whalecast/events/wire'
import { Incoming } from './incoming.ts'
import { LogPositions } from './log-positions.ts'
import type { ServerFrame } from './server-frame.ts'
import { Subscriptions } from './subscriptions.ts'
import { dice, FakeLog, type Entry, type FakeLogOptions } from './testing/fake-log.ts'

type Told =
  | { readonly type: 'entry'; readonly place: Position }
  | { readonly type: 'gap'; readonly epoch: number; readonly from: number; readonly to: number }

type Faults = {
  /** Entries that are left out on the way to the client. */
  readonly losses: boolean
  readonly newEpochs: boolean
  readonly batched: boolean
}

/** What a client was handed, and everything that it should know of. */
type History = { readonly told: readonly Told[]; readonly due: readonly Entry[] }

/** One life of a client: entries, repetitions, pings and cuts as the dice fall, then a quiet end. */
function live(seed: number, log: FakeLog, { faults, minSize }: { faults: Faults; minSize: number }): History {
  const { chance, below } = dice(seed)
  const told: Told[] = []
  const subscriptions = new Subscriptions({ channels: [], defaults: true })
  if (minSize > 0) subscriptions.add(['whales'], { filter: { min_size_dollars: minSize } })
  const positions = new LogPositions()
  const counts = { duplicates: 0, unknownFrames: 0, invalidFrames: 0, resumed: 0, unrecovered: 0 }
  const incoming = new Incoming({
    subscriptions,
    positions,
    counts,
    send: (text) => log.hear(text),
    hand: (frame) => {
      const item = toldBy(frame)
      if (item) told.push(item)
    },
  })
  const deliver = (count: number) => {
    const texts = log.out.splice(0, count)
    if (faults.batched && texts.length > 1) incoming.take(texts.join('\n'), 1)
    else for (const text of texts) incoming.take(text, 1)
  }
  let connections = 0
  const connect = () => {
    log.connect(connections === 0 && minSize === 0)
    incoming.opened()
    const wishes =
      connections === 0 ? subscriptions.introduction() : subscriptions.replay((name) => positions.of(name))
    for (const text of wishes) log.hear(text)
    // The greeting at least arrives; a client that was never greeted has not begun.
    deliver(connections === 0 ? log.out.length : 2)
    connections += 1
  }
  for (let step = below(10); step > 0; step -= 1) log.publish(below(10))
  const start = log.published.length
  connect()
  for (let step = 0; step < 120; step += 1) {
    const size = below(10)
    if (chance(0.6)) log.publish(size)
    else if (faults.losses && chance(0.2)) log.lose(size, chance(0.5))
    else if (faults.newEpochs && chance(0.05)) log.beginAnew()
    else if (chance(0.2)) log.repeat(below(5))
    else if (chance(0.3)) log.ping()
    if (chance(0.7)) deliver(below(6))
    // Whatever was under way is lost with the connection; meanwhile the world goes on.
    if (chance(0.06)) {
      for (let missed = below(12); missed > 0; missed -= 1) log.publish(below(10))
      connect()
    }
  }
  log.publish(9)
  log.ping()
  deliver(log.out.length)
  expect(counts).toMatchObject({ unknownFrames: 0, invalidFrames: 0 })
  return { told, due: log.published.slice(start).filter(({ size }) => size >= minSize) }
}

function toldBy(frame: ServerFrame): Told | undefined {
  const { epoch = 0, offset = 0 } = frame
  if (frame.type === 'whale') return { type: 'entry', place: { epoch, offset } }
  if (frame.type === 'gap') return { type: 'gap', ...frame.data }
  return undefined
}

const isAfter = (a: Position, b: Position) =>
  a.epoch > b.epoch || (a.epoch === b.epoch && a.offset > b.offset)

/** Every entry that was neither handed out nor told lost. */
function unstated({ told, due }: History): readonly Entry[] {
  const handed = new Set<string>()
  const lost: ((entry: Entry) => boolean)[] = []
  let last: Position = { epoch: 0, offset: 0 }
  for (const item of told) {
    if (item.type === 'entry') {
      handed.add(`${item.place.epoch}/${item.place.offset}`)
      last = item.place
      continue
    }
    const { epoch, from, to } = item
    lost.push((entry) => entry.epoch === epoch && entry.offset >= from && entry.offset <= to)
    // A new epoch says that the end of the old one is not known.
    const held = last
    if (epoch > held.epoch) lost.push((entry) => entry.epoch < epoch && isAfter(entry, held))
  }
  return due.filter((entry) => !handed.has(`${entry.epoch}/${entry.offset}`) && !lost.some((is) => is(entry)))
}

/** Entries handed out again or too late, and gaps that claim what was handed out before them. */
function disorder({ told }: History): readonly Told[] {
  let last: Position = { epoch: 0, offset: 0 }
  const handed: Position[] = []
  return told.filter((item) => {
    if (item.type === 'gap')
      return handed.some(
        ({ epoch, offset }) => epoch === item.epoch && offset >= item.from && offset <= item.to,
      )
    const wrong = !isAfter(item.place, last)
    last = item.place
    handed.push(item.place)
    return wrong
  })
}

const calm: Faults = { losses: false, newEpochs: false, batched: false }
const kinds: readonly { readonly note: string; readonly faults: Faults; readonly log: FakeLogOptions }[] = [
  { note: 'a log that forgets', faults: calm, log: { capacity: 8, minSize: 0 } },
  { note: 'entries left out', faults: { ...calm, losses: true }, log: { capacity: 8, minSize: 0 } },
  { note: 'a log that begins anew', faults: { ...calm, newEpochs: true }, log: { capacity: 40, minSize: 0 } },
  { note: 'a filter', faults: calm, log: { capacity: 6, minSize: 6 } },
  {
    note: 'all of it, in batches',
    faults: { losses: true, newEpochs: true, batched: true },
    log: { capacity: 10, minSize: 4 },
  },
]

describe('whatever is cut, repeated or left out, each entry is handed out once, or told lost', () => {
  test.each(kinds)('$note', ({ faults, log }) => {
    let gaps = 0
    for (let seed = 1; seed <= 200; seed += 1) {
      const history = live(seed, new FakeLog(log), { faults, minSize: log.minSize })
      gaps += history.told.filter(({ type }) => type === 'gap').length
      expect({ seed, unstated: unstated(history), disorder: disorder(history) }).toEqual({
        seed,
        unstated: [],
        disorder: [],
      })
      expect(history.told.some(({ type }) => type === 'entry')).toBe(true)
    }
    // The faults were there: otherwise nothing was tried.
    expect(gaps).toBeGreaterThan(0)
  })

  test.each([
    { note: 'everything', minSize: 0 },
    { note: 'a filter', minSize: 6 },
  ])('a log that can send all of it again leaves no gap, with $note', ({ minSize }) => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const history = live(seed, new FakeLog({ capacity: 1_000, minSize }), { faults: calm, minSize })
      expect({ seed, gaps: history.told.filter(({ type }) => type === 'gap') }).toEqual({ seed, gaps: [] })
      expect({ unstated: unstated(history), disorder: disorder(history) }).toEqual({
        unstated: [],
        disorder: [],
      })
    }
  })
})
