import type { Position } from '@whalecast/events'
import { BrokerClosedError, type Broker, type Listening, type LogEntry } from './broker.ts'
import { isBehind } from './log-order.ts'
import type { LogPulse, Pulsing } from './log-pulse.ts'
import { fifo, Mailbox, type MailboxOptions } from './mailbox.ts'

const pageSize = 500

export type LogSubscriptionOptions = Omit<MailboxOptions<LogEntry>, 'waiting' | 'onTaken'> & {
  readonly broker: Broker
  readonly channel: string
  readonly after: Position | undefined
  readonly capacity: number
  readonly onGap: (gap: { readonly after: Position; readonly next: Position }) => void
  readonly onRefill: () => void
  /** A beat tells of entries that were never heard: they are refilled. */
  readonly onLost: () => void
  readonly pulse: Pick<LogPulse, 'watch'>
}

/**
 * Delivers a log channel in order and without holes.
 *
 * live: what the listener hears goes to the mailbox while it continues the position. Anything that does not
 * (a hole, a beat that is ahead, another epoch, an interrupted listener, a full mailbox) leads to
 * refilling: what is heard is only noted; pages behind the position are read from the stream until nothing
 * newer is left, then it is live again. A page that does not provably continue the position is a gap, told first.
 */
export class LogSubscription implements Pulsing {
  private readonly options: LogSubscriptionOptions
  private readonly listening: Listening
  private readonly mailbox: Mailbox<LogEntry>
  private readonly unwatch: () => void
  private position: Position | undefined
  private state: 'live' | 'refilling' | 'full' | 'ended' = 'refilling'
  private refillBegan = performance.now()
  /** Where a log began anew in an epoch that is not higher: Redis was emptied, and its clock went back. */
  private anew: Position | undefined
  /** Something was heard while refilling. */
  private heard = false

  constructor(options: LogSubscriptionOptions) {
    this.options = options
    this.position = options.after
    this.mailbox = new Mailbox({
      ...options,
      waiting: fifo(),
      onTaken: () => this.onTaken(),
    })
    this.listening = options.broker.listenLog(options.channel, {
      onEntry: (entry) => this.onEntry(entry),
      onInterrupted: () => this.onInterrupted(),
    })
    this.unwatch = options.pulse.watch(options.channel, this)
    void this.begin()
  }

  get refillingSinceMs(): number | undefined {
    return this.state === 'refilling' ? this.refillBegan : undefined
  }

  onBeat(top: Position): void {
    if (this.state !== 'live' || !this.position || !isBehind(this.position, top)) return
    this.options.onLost()
    this.startRefill()
  }

  end(): void {
    this.state = 'ended'
    this.unwatch()
    this.listening.end()
    this.mailbox.close()
  }

  private async begin(): Promise<void> {
    try {
      await this.listening.ready
      this.position ??= await this.options.broker.head(this.options.channel)
      await this.refill()
    } catch (error) {
      this.onBroken(error)
    }
  }

  private onEntry(entry: LogEntry): void {
    // Entries are heard as they are appended, and a connection keeps their order: one of a lower epoch is no old one.
    if (this.position && entry.position.epoch < this.position.epoch)
      this.anew = { epoch: entry.position.epoch, offset: 0 }
    if (this.state === 'refilling') this.heard = true
    if (this.state !== 'live' || !this.position) return
    const { epoch, offset } = this.position
    const same = entry.position.epoch === epoch
    if (same && entry.position.offset <= offset) return
    if (same && entry.prev === offset && this.mailbox.size < this.options.capacity) this.deliver(entry)
    else this.startRefill()
  }

  private onInterrupted(): void {
    if (this.state === 'live') this.startRefill()
    else this.heard = true
  }

  private onTaken(): void {
    if (this.state === 'full' && this.mailbox.size <= this.options.capacity / 2) this.startRefill()
  }

  private deliver(entry: LogEntry): void {
    this.position = entry.position
    this.mailbox.put(entry)
  }

  private startRefill(): void {
    this.state = 'refilling'
    this.refillBegan = performance.now()
    this.options.onRefill()
    this.refill().catch((error: unknown) => this.onBroken(error))
  }

  private async refill(): Promise<void> {
    const { broker, channel, capacity, onGap } = this.options
    for (;;) {
      this.heard = false
      const after = this.position!
      const { anew } = this
      const { entries, contiguous } = await broker.readAfter(channel, anew ?? after, pageSize)
      if (this.state === 'ended') return
      const [first] = entries
      // Told once there is room for what follows it.
      if (first && this.mailbox.size < capacity) {
        if (anew || !contiguous) onGap({ after, next: first.position })
        this.anew = undefined
      }
      for (const entry of entries) {
        if (this.mailbox.size >= capacity) {
          this.state = 'full'
          return
        }
        this.deliver(entry)
      }
      if (entries.length < pageSize && !this.heard) break
    }
    this.state = 'live'
  }

  /** The bus was closed, or the stream cannot be read: said once; the next interruption tries again. */
  private onBroken(error: unknown): void {
    if (this.state === 'ended' || error instanceof BrokerClosedError) return
    this.state = 'live'
    this.options.onError(error)
  }
}
