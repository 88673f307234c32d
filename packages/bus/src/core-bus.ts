import {
  channels,
  heartbeatSchema,
  parseChannelEvent,
  type ChannelEvent,
  type ChannelName,
  type ChannelOf,
  type Heartbeat,
  type Position,
  type QueueName,
} from '@whalecast/events'
import type { Registry } from 'prom-client'
import { BrokerClosedError, type Broker } from './broker.ts'
import type * as Port from './bus.ts'
import { handlerActivity } from './handler-activity.ts'
import { decodeLatest, decodeLog } from './decode.ts'
import { LatestWriter } from './latest-writer.ts'
import { holdLease } from './lease.ts'
import { LogPulse } from './log-pulse.ts'
import { LogPublisher } from './log-publisher.ts'
import { pause } from './pause.ts'
import type { LatestResult, LogResult, Rejected, TapeResult } from './results.ts'
import { subscribeChannel } from './subscribe-channel.ts'
import { Telemetry } from './telemetry.ts'
import { WorkQueues } from './work-queues.ts'

/** How long a bus that closes waits for what it took to be sent: the process has ten seconds in all. */
const drainMs = 2_000

export type CoreBusOptions = {
  readonly broker: Broker
  /** Unique per process start; names this process in leases and tapes. */
  readonly instance: string
  readonly registry?: Registry | undefined
  readonly onNotice?: ((notice: Port.Notice) => void) | undefined
  readonly now?: (() => number) | undefined
}

/** The bus over any broker: validation, ordering, batching, isolation and fencing live here, atomicity there. */
export class CoreBus implements Port.Bus {
  private readonly broker: Broker
  private readonly instance: string
  private readonly telemetry: Telemetry
  private readonly onNotice: (notice: Port.Notice) => void
  private readonly now: () => number
  private readonly pulse: LogPulse
  private readonly closing = new AbortController()
  private readonly publishers = new Map<string, LogPublisher>()
  private readonly writers = new Map<string, LatestWriter>()
  private readonly printed = new Map<string, number>()
  private readonly subscriptions = new Map<Port.Disposer, string>()
  private readonly queues: WorkQueues
  private closed: Promise<void> | undefined
  private told = 0

  constructor({ broker, instance, registry, onNotice, now }: CoreBusOptions) {
    this.broker = broker
    this.instance = instance
    this.telemetry = new Telemetry(registry)
    this.now = now ?? Date.now
    this.onNotice = (notice) => {
      onNotice?.(notice)
      if (notice.type === 'handler_health') void this.tell(notice)
    }
    this.pulse = new LogPulse({
      broker,
      monotonicMs: () => performance.now(),
      onSilent: (channel) => {
        this.telemetry.count('bus_reader_restarts_total', { channel })
        const reason = `nothing is heard of ${channel}: its reader is made anew`
        this.onNotice({ type: 'connection', state: 'down', reason })
      },
      onError: (error) => this.onNotice({ type: 'handler_error', channel: 'beat', owner: 'bus', error }),
    })
    const { telemetry, closing } = this
    this.queues = new WorkQueues({
      broker,
      bus: this,
      telemetry,
      onNotice: this.onNotice,
      closing: closing.signal,
    })
  }

  get behind(): string | undefined {
    return this.pulse.behind
  }

  get connected(): boolean {
    return this.broker.connected && !this.closing.signal.aborted
  }

  get subscriptionCount(): number {
    return this.subscriptions.size
  }

  async publish<Name extends ChannelOf<'log'>>(
    channel: Name,
    event: ChannelEvent<Name>,
    { id, fence }: { readonly id: string; readonly fence?: Port.Fence },
  ): Promise<LogResult> {
    if (this.closing.signal.aborted) return this.refused(channel, 'closed')
    const valid = parseChannelEvent(channel, event)
    if (!valid) return this.refused(channel)
    const publisher = this.publishers.get(channel) ?? new LogPublisher(this.broker)
    this.publishers.set(channel, publisher)
    const { retention } = channels[channel]
    const result = await publisher.publish({
      channel,
      id,
      type: String(event.type),
      ts: this.now(),
      data: JSON.stringify(valid.data),
      retention,
      fence,
    })
    return this.counted(channel, result)
  }

  async put<Name extends ChannelOf<'latest'>>(
    channel: Name,
    event: ChannelEvent<Name>,
    {
      fence,
      version,
      key = '',
    }: { readonly fence: Port.Fence; readonly version: number; readonly key?: string },
  ): Promise<LatestResult> {
    if (this.closing.signal.aborted) return this.refused(channel, 'closed')
    // Validated now, serialised only if it is the one that is sent.
    const valid = parseChannelEvent(channel, event)
    if (!valid) return this.refused(channel)
    const name = `${channel} ${key}`
    const writer = this.writers.get(name) ?? new LatestWriter(this.broker)
    this.writers.set(name, writer)
    const type = String(event.type)
    const ts = this.now()
    const result = await writer.put(() => ({
      channel,
      key,
      type,
      ts,
      data: JSON.stringify(valid.data),
      fence,
      version,
    }))
    if (writer.idle) this.writers.delete(name)
    return this.counted(channel, result)
  }

  print<Name extends ChannelOf<'tape'>>(
    channel: Name,
    type: ChannelEvent<Name>['type'],
    items: readonly ChannelEvent<Name>['data'][],
  ): TapeResult {
    if (this.closing.signal.aborted) return this.refused(channel, 'closed')
    const before = this.printed.get(channel) ?? 0
    this.printed.set(channel, before + items.length)
    const batch = { producer: this.instance, before, type: String(type), ts: this.now(), items }
    const sent = this.broker.print(channel, batch)
    const outcome = sent ? 'accepted' : 'rejected_shed'
    this.telemetry.count('bus_published_total', { channel, outcome }, items.length)
    return sent ? { status: 'accepted' } : { status: 'rejected', reason: 'shed' }
  }

  subscribe<Name extends ChannelName>(
    channel: Name,
    handler: (message: Port.Message<Name>) => void | Promise<void>,
    options: Port.SubscribeOptions = {},
  ): Port.Disposer {
    const { broker, pulse, telemetry, onNotice } = this
    const end = subscribeChannel({ broker, pulse, telemetry, onNotice, channel, handler, options })
    const dispose = () => {
      if (this.subscriptions.delete(dispose)) end()
    }
    this.subscriptions.set(dispose, options.owner ?? '')
    if (this.closing.signal.aborted) dispose()
    return dispose
  }

  disposeOwner(owner: string): void {
    for (const [dispose, of] of this.subscriptions) if (of === owner) dispose()
  }

  async latest<Name extends ChannelOf<'latest'>>(
    channel: Name,
    key = '',
  ): Promise<Port.LatestMessage<Name> | undefined> {
    const entry = await this.broker.getLatest(channel, key)
    return entry && decodeLatest(channel, entry)
  }

  async history<Name extends ChannelOf<'log'>>(
    channel: Name,
    { limit, after }: { readonly limit: number; readonly after?: Position },
  ): Promise<readonly Port.LogMessage<Name>[]> {
    const entries = after
      ? (await this.broker.readAfter(channel, after, limit)).entries
      : await this.broker.readNewest(channel, limit)
    return entries.flatMap((entry) => decodeLog(channel, entry) ?? [])
  }

  async replay<Name extends ChannelOf<'log'>>(
    channel: Name,
    after: Position,
    limit: number,
  ): Promise<Port.LogReplay<Name>> {
    const { entries, contiguous } = await this.broker.readAfter(channel, after, limit)
    const messages = entries.flatMap((entry) => decodeLog(channel, entry) ?? [])
    return { messages, proven: contiguous, through: entries.at(-1)?.position ?? after }
  }

  head(channel: ChannelOf<'log'>): Promise<Position> {
    return this.broker.head(channel)
  }

  producer<Name extends QueueName>(queue: Name, options: Port.ProducerOptions): Promise<Port.Producer<Name>> {
    return this.queues.producer(queue, options)
  }

  async consume<Name extends QueueName>(
    queue: Name,
    options: Port.ConsumeOptions<Name>,
  ): Promise<Port.Consumer> {
    return this.queues.consume(queue, options)
  }

  lease(
    name: string,
    { ttlMs = 3_000, signal }: { readonly ttlMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<Port.Lease> {
    const closing = this.closing.signal
    return holdLease({
      broker: this.broker,
      name,
      instance: this.instance,
      ttlMs,
      signal: signal ?? closing,
      closing,
    })
  }

  async beat(heartbeat: Heartbeat): Promise<void> {
    this.telemetry.set('bus_connected', {}, this.connected ? 1 : 0)
    await this.broker.beat(heartbeat)
  }

  async heartbeats(): Promise<readonly Heartbeat[]> {
    const beats = await this.broker.heartbeats()
    return beats.flatMap((beat) => heartbeatSchema.safeParse(beat).data ?? [])
  }

  ping(): Promise<number> {
    return this.broker.ping()
  }

  close(): Promise<void> {
    this.closed ??= this.end()
    return this.closed
  }

  private async end(): Promise<void> {
    for (const dispose of this.subscriptions.keys()) dispose()
    // What was taken is sent, if the broker answers; it must not keep a process that wants to end.
    if (this.broker.connected) await this.drain([this.queues.flush()])
    this.queues.stop()
    if (this.broker.connected) await this.queues.close()
    const writing = [...this.publishers.values(), ...this.writers.values()]
    if (this.broker.connected) await this.drain(writing.map((writer) => writer.flush()))
    this.closing.abort(new BrokerClosedError('the bus is closed'))
    await this.broker.close()
  }

  private async drain(sending: readonly Promise<void>[]): Promise<void> {
    const sent = new AbortController()
    await Promise.race([Promise.all(sending), pause(drainMs, sent.signal)])
    sent.abort()
  }

  /** Whose handler it is may be past telling; so the bus itself does. */
  private async tell(notice: Port.HandlerHealth): Promise<void> {
    this.told += 1
    const data = handlerActivity(notice, this.instance, this.told, this.now())
    await this.publish('system', { type: 'system_activity', data }, { id: data.activity_id })
  }

  private refused(channel: string, reason: 'invalid' | 'closed' = 'invalid'): Rejected {
    return this.counted(channel, { status: 'rejected', reason })
  }

  private counted<Result extends LogResult | LatestResult>(channel: string, result: Result): Result {
    const outcome = result.status === 'rejected' ? `rejected_${result.reason}` : result.status
    this.telemetry.count('bus_published_total', { channel, outcome })
    return result
  }
}
