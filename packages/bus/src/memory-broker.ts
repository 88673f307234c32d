import type { Heartbeat, Position } from '@whalecast/events'
import type { Fence, PartitionState } from './bus.ts'
import {
  beforeEverything,
  type Append,
  type AppendAnswer,
  type Broker,
  type CommitAnswer,
  type LatestEntry,
  type Listener,
  type Listening,
  type LogEntry,
  type LogListener,
  type LogPage,
  type PartitionCommit,
  type Progress,
  type RawBatch,
  type SetLatest,
  type TapeBatch,
  type Working,
} from './broker.ts'
import { Fences } from './fences.ts'
import { follows } from './log-order.ts'
import { MemoryWorkStore } from './memory-work-store.ts'

type Log = { epoch: number; offset: number; entries: LogEntry[] }

const heartbeatTtlMs = 3_000
const deadLetterLimit = 1_000

/**
 * A broker in this process, with the semantics of the Redis one: what several buses share in a test.
 * Every payload crosses as JSON, so nobody can share an object by accident.
 */
export class MemoryBroker implements Broker {
  readonly connected = true
  /** Payloads that could not be handled, newest last. */
  readonly deadLetters: { readonly source: string; readonly reason: string; readonly payload: string }[] = []
  private readonly now: () => number
  private readonly logs = new Map<string, Log>()
  private readonly latests = new Map<string, LatestEntry>()
  private readonly terms = new Map<string, number>()
  private readonly leases = new Map<string, { readonly holder: string; readonly until: number }>()
  private readonly fences = new Fences()
  private readonly queues: MemoryWorkStore
  private readonly beats = new Map<string, { readonly at: number; readonly text: string }>()
  private readonly logListeners = new Map<string, Set<LogListener>>()
  private readonly latestListeners = new Map<string, Set<Listener<LatestEntry>>>()
  private readonly tapeListeners = new Map<string, Set<Listener<TapeBatch>>>()

  constructor(options: { readonly now?: () => number } = {}) {
    this.now = options.now ?? Date.now
    this.queues = new MemoryWorkStore(this.now)
  }

  async append({ channel, id, type, ts, data, retention, fence }: Append): Promise<AppendAnswer> {
    if (fence && !this.fences.passes(channel, fence)) return { status: 'fenced' }
    const log = this.log(channel)
    const known = log.entries.find((entry) => entry.id === id)
    if (known) return { status: 'ok', position: known.position, duplicate: true }
    const prev = log.offset
    log.offset += 1
    const position = { epoch: log.epoch, offset: log.offset }
    const entry: LogEntry = { position, prev, id, type, ts, data: JSON.parse(data) }
    log.entries.push(entry)
    if (log.entries.length > retention) log.entries.splice(0, log.entries.length - retention)
    tell(this.logListeners, channel, entry)
    return { status: 'ok', position, duplicate: false }
  }

  async readAfter(channel: string, after: Position, limit: number): Promise<LogPage> {
    const entries = this.logs.get(channel)?.entries ?? []
    const behind = entries.filter(
      ({ position: { epoch, offset } }) =>
        epoch > after.epoch || (epoch === after.epoch && offset > after.offset),
    )
    const first = behind[0]
    const found = entries.some(
      ({ position }) => position.epoch === after.epoch && position.offset === after.offset,
    )
    const contiguous =
      found || (first === undefined ? await this.isHead(channel, after) : follows(after, first))
    return { entries: behind.slice(0, limit), contiguous }
  }

  async readNewest(channel: string, limit: number): Promise<readonly LogEntry[]> {
    return limit <= 0 ? [] : (this.logs.get(channel)?.entries ?? []).slice(-limit)
  }

  async head(channel: string): Promise<Position> {
    const log = this.logs.get(channel)
    return log ? { epoch: log.epoch, offset: log.offset } : beforeEverything
  }

  listenLog(channel: string, listener: LogListener): Listening {
    return listen(this.logListeners, channel, listener)
  }

  async beatLog(channel: string): Promise<void> {
    const top = await this.head(channel)
    for (const listener of this.logListeners.get(channel) ?? []) listener.onBeat?.(top)
  }

  /** Whoever listens in memory hears everything. */
  restartReader(): void {}

  async setLatest({
    channel,
    key,
    type,
    ts,
    data,
    fence,
    version,
  }: SetLatest): Promise<'ok' | 'fenced' | 'stale'> {
    const name = `${channel} ${key}`
    const held = this.latests.get(name)
    if (held && fence.term < held.term) return 'fenced'
    if (held && fence.term === held.term && version < held.version) return 'stale'
    if (held && fence.term === held.term && version === held.version) return 'ok'
    const epoch = held?.epoch ?? this.now()
    const entry = { key, type, ts, epoch, term: fence.term, version, data: JSON.parse(data) as unknown }
    this.latests.set(name, entry)
    tell(this.latestListeners, channel, entry)
    return 'ok'
  }

  async getLatest(channel: string, key: string): Promise<LatestEntry | undefined> {
    return this.latests.get(`${channel} ${key}`)
  }

  listenLatest(channel: string, listener: Listener<LatestEntry>): Listening {
    return listen(this.latestListeners, channel, listener)
  }

  print(channel: string, batch: TapeBatch): boolean {
    tell(this.tapeListeners, channel, structuredClone(batch))
    return true
  }

  listenTape(channel: string, listener: Listener<TapeBatch>): Listening {
    return listen(this.tapeListeners, channel, listener)
  }

  async acquire(name: string, holder: string, ttlMs: number): Promise<number | undefined> {
    const held = this.leases.get(name)
    const now = this.now()
    if (held && held.until > now && held.holder !== holder) return undefined
    this.leases.set(name, { holder, until: now + ttlMs })
    const previous = this.terms.get(name) ?? 0
    if (held && held.until > now) return previous
    const term = Math.max(previous + 1, now)
    this.terms.set(name, term)
    return term
  }

  async renew(name: string, holder: string, ttlMs: number): Promise<boolean> {
    const held = this.leases.get(name)
    if (held?.holder !== holder || held.until <= this.now()) return false
    this.leases.set(name, { holder, until: this.now() + ttlMs })
    return true
  }

  async release(name: string, holder: string): Promise<void> {
    if (this.leases.get(name)?.holder === holder) this.leases.delete(name)
  }

  add(queue: string, batch: RawBatch): Promise<void> {
    return this.queues.add(queue, batch)
  }

  backlog(queue: string): Promise<number> {
    return this.queues.backlog(queue)
  }

  work(queue: string, handle: (batch: RawBatch) => Promise<void>): Promise<Working> {
    return this.queues.work(queue, handle)
  }

  loadPartition(
    queue: string,
    fence: Fence,
  ): Promise<{ state: PartitionState; progress: Progress } | 'fenced'> {
    return this.queues.load(queue, fence)
  }

  progress(queue: string): Promise<Progress> {
    return this.queues.progress(queue)
  }

  commit(commit: PartitionCommit): Promise<CommitAnswer> {
    return this.queues.commit(commit)
  }

  async deadLetter(source: string, reason: string, payload: string): Promise<void> {
    this.deadLetters.push({ source, reason, payload })
    if (this.deadLetters.length > deadLetterLimit) this.deadLetters.shift()
  }

  async beat(heartbeat: Heartbeat): Promise<void> {
    this.beats.set(heartbeat.instance, { at: this.now(), text: JSON.stringify(heartbeat) })
  }

  async heartbeats(): Promise<readonly unknown[]> {
    for (const [instance, { at }] of this.beats) {
      if (this.now() - at >= heartbeatTtlMs) this.beats.delete(instance)
    }
    return [...this.beats.values()].map(({ text }) => JSON.parse(text) as unknown)
  }

  async ping(): Promise<number> {
    return 0
  }

  async close(): Promise<void> {}

  private log(channel: string): Log {
    const known = this.logs.get(channel)
    if (known) return known
    const log = { epoch: this.now(), offset: 0, entries: [] }
    this.logs.set(channel, log)
    return log
  }

  private async isHead(channel: string, position: Position): Promise<boolean> {
    const head = await this.head(channel)
    return head.epoch === position.epoch && head.offset === position.offset
  }
}

function listen<One>(all: Map<string, Set<One>>, channel: string, listener: One): Listening {
  const set = all.get(channel) ?? new Set<One>()
  all.set(channel, set.add(listener))
  return { ready: Promise.resolve(), end: () => void set.delete(listener) }
}

function tell<Entry>(all: Map<string, Set<Listener<Entry>>>, channel: string, entry: Entry): void {
  for (const listener of all.get(channel) ?? []) listener.onEntry(structuredClone(entry))
}
