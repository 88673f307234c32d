import { expect, test } from '@jest/globals'
import type { Position, Whale } from '@whalecast/events'
import { FrameEncoder, type OutFrame } from '@whalecast/fanout'
import { encodePlace } from '../continuity/encode-place.ts'
import { facetsOfLog } from './facets.ts'
import { compileFilter } from './filters.ts'
import { LogChannel } from './log-channel.ts'
import { entryOf, LogEntry } from './log-entry.ts'
import type { LogForm } from './log-form.ts'
import type { AnyLog } from './messages.ts'
import { isAfter } from '../continuity/place-order.ts'
import { createReplayPage } from '../continuity/replay-page.ts'

const encoder = new FrameEncoder({
  frameText: (payload) => ({ bytes: payload, headerBytes: 0 }),
  now: () => 1,
  onEncode: () => undefined,
})
const sizes = [10, 100, 1_000] as const
const tickers = ['KXA-1', 'KXA-2', 'KXB-1'] as const
const capacity = 6
const snapshot = 3

type Dice = (below: number) => number
/** The same throws for the same seed. */
function dice(seed: number): Dice {
  let state = seed * 2_654_435_761
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}
const oneOf = <T>(roll: Dice, list: readonly [T, ...T[]]): T => list[roll(list.length)] ?? list[0]

function whaleAt(position: Position, roll: Dice): AnyLog {
  const data: Whale = {
    whale_id: `${position.epoch}-${position.offset}`,
    market_ticker: oneOf(roll, tickers),
    title: null,
    event_ticker: null,
    side: 'yes',
    price_cents: 50,
    count: 1,
    cost_dollars: 1,
    payout_dollars: 1,
    risk_dollars: 1,
    whale_size_dollars: oneOf(roll, sizes),
    severity: 'S2',
    severity_reason: '',
    is_block_trade: false,
    timestamp_ms: 1,
    received_at_ms: 1,
    detected_at_ms: 1,
  }
  return { channel: 'whales', type: 'whale', id: data.whale_id, ts: 1, position, data }
}

type Wanted = { readonly feed: string; readonly form: LogForm }

/** A client as the protocol wants it: a place, and every hole noticed. */
class Listener {
  readonly feed: string
  readonly form: LogForm
  readonly got: string[] = []
  /** What was told lost, as `epoch-offset`. */
  readonly lost = new Set<string>()
  place: Position
  since: Position
  /** While it is shown what is there. */
  begins = true

  constructor(feed: string, form: LogForm, place: Position) {
    this.feed = feed
    this.form = form
    this.place = place
    this.since = place
  }

  take(frame: OutFrame): void {
    const { type, epoch, offset, prev, data } = JSON.parse(frame.bytes.toString())
    if (type === 'ping') {
      this.place = data.positions.whales
      return
    }
    if (type === 'gap') {
      for (let at = data.from; at <= data.to; at++) this.lost.add(`${data.epoch}-${at}`)
      this.place = { epoch: data.epoch, offset: data.to }
      return
    }
    // Told of in each epoch before its first entry, unless it begins there.
    const { epoch: known, offset: place } = this.place
    const isElsewhere = epoch !== known && !this.begins
    // A gap iff the entry before it lies behind the place.
    if (prev >= offset || offset <= place || prev > place || isElsewhere)
      throw new Error(`${this.feed}: ${prev} before ${epoch}-${offset} at ${JSON.stringify(this.place)}`)
    this.got.push(data.whale_id)
    this.place = { epoch, offset }
  }
}

/** A log that grows, loses entries and goes on in another epoch; its stream keeps all that there is. */
function live(seed: number): void {
  const roll = dice(seed)
  const channel = new LogChannel<unknown>(capacity)
  const stream: AnyLog[] = []
  let head: Position = { epoch: 1, offset: roll(5) }
  channel.begin(head)
  const forms: [Wanted, ...Wanted[]] = [
    { feed: 'all', form: () => true },
    { feed: 'large', form: compileFilter({ min_size_dollars: 1_000 }) },
    { feed: 'A', form: compileFilter({ ticker_prefix: ['KXA'] }) },
    { feed: 'rare', form: compileFilter({ min_size_dollars: 100, ticker_prefix: ['KXB'] }) },
    { feed: 'none', form: compileFilter({ min_size_dollars: 5_000 }) },
  ]
  const here = new Set<Listener>()
  const away = new Set<Listener>()
  const all: Listener[] = []
  const listening = (feed: string) => [...here].filter((one) => one.feed === feed)
  const enter = (one: Listener) => {
    channel.open(one.feed, one.form)
    here.add(one)
  }
  const tell = (made: readonly { channel: string; frame: OutFrame }[]) => {
    for (const { channel: feed, frame } of made) for (const one of listening(feed)) one.take(frame)
  }
  const join = () => {
    const { feed, form } = oneOf(roll, forms)
    const { frames, after } = channel.newestOf(form, snapshot)
    const one = new Listener(feed, form, (frames.length > 0 ? after : channel.head) ?? head)
    all.push(one)
    for (const frame of frames) one.take(frame)
    one.begins = false
    enter(one)
  }
  const leave = (one: Listener) => {
    here.delete(one)
    away.add(one)
    if (listening(one.feed).length === 0) channel.close(one.feed)
  }
  const comeBack = (one: Listener) => {
    away.delete(one)
    let { place } = one
    let knows = place
    while (!channel.covers(place)) {
      // Parts begin where it suits the replica.
      const from = { epoch: place.epoch, offset: place.offset - roll(3) }
      const messages = stream.filter(({ position }) => isAfter(position, from)).slice(0, 5)
      const through = messages.at(-1)?.position ?? head
      const page = createReplayPage(encoder, from, { messages, proven: true, through })
      const { frames, last = knows } = page.after(place, one.form, knows)
      for (const frame of frames) one.take(frame)
      knows = last
      if (!isAfter(through, place)) throw new Error(`nothing behind ${JSON.stringify(place)}`)
      place = through
    }
    for (const frame of channel.after(place, one.form, knows)) one.take(frame)
    // It is told that it is here.
    one.place = head
    enter(one)
  }
  for (let step = 0; step < 120; step++) {
    const kind = roll(20)
    const someone = [...here][roll(Math.max(1, here.size))]
    const absent = [...away][roll(Math.max(1, away.size))]
    if (kind < 10) {
      head = { epoch: head.epoch, offset: head.offset + 1 }
      const message = whaleAt(head, roll)
      stream.push(message)
      tell(channel.take(entryOf<unknown>(encoder, message, message.data)))
    } else if (kind < 13) join()
    else if (kind < 15 && someone) leave(someone)
    else if (kind < 18 && absent) comeBack(absent)
    else if (kind === 18) {
      // Entries that this replica never gets, and the stream has not either.
      const next = { epoch: head.epoch, offset: head.offset + 2 + roll(3) }
      const data = { epoch: head.epoch, from: head.offset + 1, to: next.offset - 1 }
      const frame = encoder.encode({ type: 'gap', channel: 'whales', data }, 'log')
      head = { epoch: next.epoch, offset: next.offset - 1 }
      tell(channel.take(LogEntry.gap(head, frame)))
      for (const one of away) one.lost.add('while away')
    } else if (kind === 19 && roll(4) === 0) {
      // Nothing was lost: everybody who is here is told.
      head = { ...head, epoch: head.epoch + 1 }
      channel.continueIn(head.epoch, (place) => encodePlace(encoder, { channel: 'whales', ts: 1 }, place))
      for (const one of here) one.place = head
    }
    // A ping: everything up to here was sent.
    if (roll(5) === 0) for (const one of here) one.place = head
  }
  for (const one of away) if (!one.lost.has('while away')) comeBack(one)
  for (const one of all) {
    if (one.lost.has('while away')) continue
    const wanted = stream
      .filter((message) => isAfter(message.position, one.since) && one.form(facetsOfLog(message)))
      .map(({ id }) => id)
    if (one.got.join() !== wanted.join())
      throw new Error(`${one.feed}: got ${one.got.join()}, wanted ${wanted.join()}`)
  }
}

test('500 random lives: a filtered listener gets the filtered entries, in order, once, without a hole it is not told of', () => {
  for (let seed = 1; seed <= 500; seed++) expect(() => live(seed)).not.toThrow()
})

test('the newest entry of a form is what the next one follows, whenever its first listener came', () => {
  const roll = dice(3)
  const channel = new LogChannel<unknown>(capacity)
  const isThird: LogForm = ({ sizeDollars }) => sizeDollars === 3
  const publish = (offset: number, whale_size_dollars: number) => {
    const message = whaleAt({ epoch: 1, offset }, roll)
    const data = { ...message.data, whale_size_dollars }
    const entry = LogEntry.of({
      position: message.position,
      facets: { sizeDollars: whale_size_dollars },
      data,
      frame: (prev) => encoder.encode({ type: 'whale', channel: 'whales', prev, data }, 'log'),
    })
    return channel.take(entry).map(({ frame }) => JSON.parse(frame.bytes.toString()).prev)
  }
  channel.begin({ epoch: 1, offset: 0 })
  publish(1, 3)
  publish(2, 1)
  channel.open('third', isThird)
  expect(publish(3, 1)).toEqual([])
  expect(publish(4, 3)).toEqual([1])
  channel.close('third')
  for (let offset = 5; offset <= 20; offset++) publish(offset, 1)
  // The last of them is not held any more; nothing behind the oldest that is held was one.
  channel.open('third', isThird)
  expect(publish(21, 3)).toEqual([14])
  expect(channel.newestOf(isThird, 5).frames).toHaveLength(1)
})
