import type { Bus } from '@whalecast/bus'
import type { Health, MachineState } from '@whalecast/events'
import type { Hub } from '@whalecast/fanout'
import type { Board } from '../../domain/channels/board.ts'
import type { Client } from '../../domain/conversation/client.ts'
import type { Addressed, AnyLatest, AnyLog, LatestName, LogName } from '../../domain/channels/messages.ts'
import { unknownHealth, unknownStatus } from '../../domain/channels/unknown-state.ts'
import { PacedLatest } from './paced-latest.ts'

export type BusFeedsOptions = {
  readonly bus: Bus
  readonly board: Board
  readonly hub: Hub<Client>
  readonly now: () => number
  readonly startedAtMs: number
  readonly onConflated: () => void
  /** How long a message took from whale-tracker to here. */
  readonly fromTracker: (seconds: number) => void
  /** A log goes on in a new epoch without a loss; clients cannot know that from its entries. */
  readonly onContinued: () => void
}

const owner = 'ws-broadcast'
/** The whole `system` log: its newest transitions may lie behind many other activities. */
const historyLimit = 1_000
/** How long a value is believed while no other comes. Health is told anew every 5 s, status every 10 s. */
const believedForMs = { health: 12_000, status: 35_000 } as const
type Judged = keyof typeof believedForMs
const judged = ['health', 'status'] as const satisfies readonly Judged[]
/** Followed whether anybody listens or not: their newest value has to be at hand. */
const followed = [
  'status',
  'health',
  'whale_queue',
  'follow',
  'trading_state',
] as const satisfies readonly LatestName[]

const isJudged = (name: LatestName): name is Judged => judged.some((one) => one === name)

/** The logs and the latest values of the bus: one subscription each, whatever the number of clients. */
export class BusFeeds {
  readonly #options: BusFeedsOptions
  readonly #paced: PacedLatest<AnyLatest>
  /** The newest message of each channel and when it came; told twice it is not heard anew. */
  readonly #heard = new Map<LatestName, { readonly message: AnyLatest; readonly atMs: number }>()
  /** Since when the system's state cannot be known, per channel that tells it. */
  readonly #unknownSinceMs = new Map<Judged, number>()
  #health: Health | undefined
  #wasConnected = true
  #started = false

  constructor(options: BusFeedsOptions) {
    this.#options = options
    const { now, onConflated } = options
    this.#paced = new PacedLatest({ now, onConflated, onDue: (message) => this.#takeLatest(message) })
  }

  /** Whether everything that clients rely on is subscribed and the bus answers. */
  get live(): boolean {
    return this.#started && this.#options.bus.connected
  }

  /** The state of the system's machine, as far as it is known now. */
  get systemState(): MachineState | 'unknown' {
    return this.#unknownSinceMs.has('health') ? 'unknown' : (this.#health?.machine_state ?? 'unknown')
  }

  /** Resolves when every channel is filled and followed. */
  async start(): Promise<void> {
    const { bus, now } = this.#options
    for (const name of judged) this.#sayUnknown(name, now(), 'nothing heard yet')
    // Heard before it is read, so that no value can pass between the two.
    for (const name of followed)
      bus.subscribe(name, (message: AnyLatest) => this.#onLatest(message, now()), { owner })
    await Promise.all([
      this.#startLog('system', () => bus.history('system', { limit: historyLimit })),
      this.#startLog('whales', () => bus.history('whales', { limit: historyLimit })),
      this.#startLog('decisions', () => bus.history('decisions', { limit: historyLimit })),
      this.#startLog('feed', () => bus.history('feed', { limit: historyLimit })),
    ])
    await this.#readLatest()
    this.#started = true
  }

  /** Notices a bus that went or came back, and values that got old. */
  check(nowMs: number): void {
    const { connected } = this.#options.bus
    if (connected && !this.#wasConnected)
      // Should it fail, the bus is away again; then the next return reads again.
      this.#readLatest().catch(() => undefined)
    this.#wasConnected = connected
    for (const name of judged) {
      if (this.#unknownSinceMs.has(name)) continue
      if (!connected) this.#sayUnknown(name, nowMs, 'the bus is away')
      else if (!this.#believes(name, nowMs)) this.#sayUnknown(name, nowMs, 'nothing heard for too long')
    }
  }

  stop(): void {
    this.#options.bus.disposeOwner(owner)
    this.#paced.stop()
  }

  async #startLog(name: LogName, history: () => Promise<readonly AnyLog[]>): Promise<void> {
    const { bus, board, now, fromTracker, onContinued } = this.#options
    // The head first: what is published after it is either in the history or comes live.
    const head = await bus.head(name)
    const past = await history()
    if (past.length === 0) board.beginLog(name, head)
    for (const message of past) {
      board.continuesLog(message)
      board.takeLog(message)
    }
    bus.subscribe(
      name,
      (message: AnyLog) => {
        if (name === 'whales') fromTracker((now() - message.ts) / 1_000)
        if (board.continuesLog(message)) onContinued()
        this.#publish(board.takeLog(message))
      },
      {
        owner,
        after: past.at(-1)?.position ?? head,
        onGap: (gap) => this.#publish(board.takeGap(name, gap)),
      },
    )
  }

  /** Takes the newest values as they stand on the bus, unless newer ones came live meanwhile. */
  async #readLatest(): Promise<void> {
    const { bus, now } = this.#options
    const heard = new Map(this.#heard)
    const values: readonly (AnyLatest | undefined)[] = await Promise.all(
      followed.map((name) => bus.latest(name)),
    )
    for (const value of values)
      if (value && this.#heard.get(value.channel) === heard.get(value.channel))
        this.#onLatest(value, Math.min(value.ts, now()))
  }

  #onLatest(message: AnyLatest, atMs: number): void {
    const { channel } = message
    const { bus, now } = this.#options
    const before = this.#heard.get(channel)
    const again = before !== undefined && isSame(before.message, message)
    if (!again) this.#heard.set(channel, { message, atMs })
    if (again && !this.#isUnknown(channel)) return
    if (isJudged(channel) && !(bus.connected && this.#believes(channel, now()))) return
    this.#paced.offer(channel, message)
  }

  #takeLatest(message: AnyLatest): void {
    const { board, now, fromTracker } = this.#options
    if (message.channel === 'whale_queue') fromTracker((now() - message.ts) / 1_000)
    if (isJudged(message.channel)) this.#unknownSinceMs.delete(message.channel)
    if (message.channel === 'health') this.#health = message.data
    this.#publish(board.takeLatest(message))
  }

  #isUnknown(name: LatestName): boolean {
    return isJudged(name) && this.#unknownSinceMs.has(name)
  }

  #believes(name: Judged, nowMs: number): boolean {
    const heard = this.#heard.get(name)
    return heard !== undefined && nowMs - heard.atMs <= believedForMs[name]
  }

  #sayUnknown(name: Judged, nowMs: number, reason: string): void {
    const { board, startedAtMs } = this.#options
    this.#unknownSinceMs.set(name, nowMs)
    this.#paced.drop(name)
    const uptime = (nowMs - startedAtMs) / 1_000
    const own = board.takeOwn(
      name === 'health'
        ? { channel: name, type: 'health', data: unknownHealth(nowMs, nowMs) }
        : { channel: name, type: 'trader_status', data: unknownStatus(uptime, nowMs, reason) },
    )
    this.#publish(own)
  }

  #publish(made: readonly Addressed[]): void {
    for (const { channel, frame } of made) this.#options.hub.publish(channel, frame)
  }
}

function isSame(a: AnyLatest, b: AnyLatest): boolean {
  return a.epoch === b.epoch && a.term === b.term && a.version === b.version
}
