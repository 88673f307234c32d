import { isChannelOf, type ChannelName, type ChannelOf } from '@whalecast/events'
import { BrokerClosedError, type Broker, type LatestEntry, type LogEntry, type TapeBatch } from './broker.ts'
import type { Message, Notice, SubscribeOptions } from './bus.ts'
import { decodeItems, decodeLatest, decodeLog } from './decode.ts'
import type { HandlerChange } from './handler-guard.ts'
import type { LogPulse } from './log-pulse.ts'
import { LogSubscription } from './log-subscription.ts'
import { fifo, HandlerTimeoutError, Mailbox, newestPerKey } from './mailbox.ts'
import type { Telemetry } from './telemetry.ts'

const defaultCapacity = 1_000
const defaultTimeoutMs = 5_000
const defaultRestMs = 1_000

export type SubscriptionParts<Name extends ChannelName> = {
  readonly broker: Broker
  readonly pulse: LogPulse
  readonly telemetry: Telemetry
  readonly onNotice: (notice: Notice) => void
  readonly channel: Name
  readonly handler: (message: Message<Name>) => void | Promise<void>
  readonly options: SubscribeOptions
}

type Parts = Omit<SubscriptionParts<ChannelName>, 'channel' | 'handler'>
/** A handler whose message type was forgotten: written as a method, because only those compare bivariantly. */
type Deliver = { deliver(message: unknown): void | Promise<void> }['deliver']

/** Connects one handler to a channel by the promise of the channel's class. Returns what ends it. */
export function subscribeChannel<Name extends ChannelName>({
  channel,
  handler,
  ...parts
}: SubscriptionParts<Name>): () => void {
  const deliver: Deliver = handler
  const name: ChannelName = channel
  if (isChannelOf(name, 'log')) return subscribeLog(parts, name, deliver)
  if (isChannelOf(name, 'latest')) return subscribeLatest(parts, name, deliver)
  return subscribeTape(parts, name, deliver)
}

function subscribeLog(parts: Parts, channel: ChannelOf<'log'>, deliver: Deliver): () => void {
  const { broker, pulse, telemetry, options } = parts
  const watch = watchHandler(parts, channel)
  const subscription = new LogSubscription({
    broker,
    pulse,
    channel,
    after: options.after,
    capacity: options.capacity ?? defaultCapacity,
    ...watch.mailbox,
    handler: (entry: LogEntry) => {
      const message = decodeLog(channel, entry)
      return message ? deliver(message) : bury(parts, channel, entry)
    },
    onGap: (gap) => {
      telemetry.count('bus_gaps_total', { channel })
      options.onGap?.({ channel, ...gap })
    },
    onLost: () => telemetry.count('bus_lost_tails_total', { channel }),
    onRefill: () => telemetry.count('bus_refills_total', { channel }),
  })
  return () => {
    subscription.end()
    watch.end()
  }
}

function subscribeLatest(parts: Parts, channel: ChannelOf<'latest'>, deliver: Deliver): () => void {
  const { broker, telemetry, options } = parts
  const owner = options.owner ?? ''
  const watch = watchHandler(parts, channel)
  const mailbox = new Mailbox<LatestEntry>({
    waiting: newestPerKey(() => telemetry.count('bus_conflated_total', { channel, owner })),
    ...watch.mailbox,
    handler: (entry) => {
      const message = decodeLatest(channel, entry)
      return message ? deliver(message) : bury(parts, channel, entry)
    },
  })
  // A value that was put before the subscription stood, or while it was interrupted, is read once; what was
  // heard meanwhile may be newer.
  let newest: LatestEntry | undefined
  const take = (entry: LatestEntry) => {
    if (entry.key === (options.key ?? '')) {
      if (newest && !isNewer(entry, newest)) return
      newest = entry
    }
    if (options.key === undefined || entry.key === options.key) mailbox.put(entry)
  }
  const read = async () => {
    try {
      const entry = await broker.getLatest(channel, options.key ?? '')
      if (entry) take(entry)
    } catch (error) {
      if (!(error instanceof BrokerClosedError)) watch.mailbox.onError(error)
    }
  }
  const listening = broker.listenLatest(channel, { onEntry: take, onInterrupted: () => void read() })
  void listening.ready.then(read, () => undefined)
  return () => {
    listening.end()
    mailbox.close()
    watch.end()
  }
}

function isNewer(entry: LatestEntry, than: LatestEntry): boolean {
  if (entry.epoch !== than.epoch) return entry.epoch > than.epoch
  return entry.term > than.term || (entry.term === than.term && entry.version > than.version)
}

function subscribeTape(parts: Parts, channel: ChannelOf<'tape'>, deliver: Deliver): () => void {
  const { broker, telemetry, options } = parts
  const capacity = options.capacity ?? defaultCapacity
  /** Where each producer's next batch should begin. */
  const expected = new Map<string, number>()
  let lost = 0
  const lose = (items: number) => {
    lost += items
    telemetry.count('bus_tape_lost_total', { channel }, items)
  }
  const watch = watchHandler(parts, channel)
  const mailbox = new Mailbox<TapeBatch>({
    waiting: fifo(),
    ...watch.mailbox,
    handler: (batch) => {
      const items = decodeItems(channel, batch)
      lose(batch.items.length - items.length)
      const message = { channel, type: batch.type, items, ts: batch.ts, lost }
      lost = 0
      return deliver(message)
    },
  })
  const listening = broker.listenTape(channel, {
    onEntry: (batch) => {
      const missing = batch.before - (expected.get(batch.producer) ?? batch.before)
      expected.delete(batch.producer)
      expected.set(batch.producer, batch.before + batch.items.length)
      if (expected.size > 16) expected.delete(expected.keys().next().value ?? '')
      if (missing > 0) lose(missing)
      if (mailbox.size < capacity) mailbox.put(batch)
      else lose(batch.items.length)
    },
  })
  return () => {
    listening.end()
    mailbox.close()
    watch.end()
  }
}

async function bury({ broker, telemetry, onNotice }: Parts, source: string, entry: unknown): Promise<void> {
  const reason = 'invalid payload'
  telemetry.count('bus_dead_letters_total', { source, reason })
  onNotice({ type: 'dead_letter', source, reason })
  await broker.deadLetter(source, reason, JSON.stringify(entry))
}

/** Counts and tells what becomes of a handler; `end` when it is no longer there. */
function watchHandler({ telemetry, onNotice, options }: Parts, channel: string) {
  const owner = options.owner ?? ''
  let resting = false
  const rest = (now: boolean) => {
    if (now !== resting) telemetry.move('bus_handlers_quarantined', { channel, owner }, now ? 1 : -1)
    resting = now
  }
  return {
    mailbox: {
      timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
      restMs: options.restMs ?? defaultRestMs,
      onError: (error: unknown) => {
        const reason = error instanceof HandlerTimeoutError ? 'timeout' : 'threw'
        telemetry.count('bus_handler_errors_total', { channel, owner, reason })
        onNotice({ type: 'handler_error', channel, owner, error })
      },
      onChange: (change: HandlerChange) => {
        rest(change.level === 'quarantined')
        if (change.level === 'quarantined')
          telemetry.count('bus_handler_quarantines_total', { channel, owner, reason: change.reason })
        onNotice({ type: 'handler_health', channel, owner, ...change })
      },
    },
    end: () => rest(false),
  }
}
