import type { Heartbeat, Position } from '@whalecast/events'
import type { Redis } from 'ioredis'
import type { Fence, Notice } from '../bus.ts'
import {
  BrokerClosedError,
  type Append,
  type Broker,
  type LatestEntry,
  type Listener,
  type LogListener,
  type PartitionCommit,
  type RawBatch,
  type SetLatest,
  type TapeBatch,
} from '../broker.ts'
import { pause } from '../pause.ts'
import { connectRedis, duplicate, isConnectionFault } from './connect.ts'
import { createKeys, type Keys } from './keys.ts'
import { LatestStore } from './latest-store.ts'
import { LogStore } from './log-store.ts'
import { integer, isRecord, text } from './read-fields.ts'
import type { ScriptedRedis } from './scripts.ts'
import { Topics } from './topics.ts'
import { WorkStore } from './work-store.ts'

const heartbeatTtlMs = 3_000
const deadLetterLimit = 1_000
/** Pause before a question that a broken connection swallowed is asked again. */
const askAgainMs = 20

export type RedisBrokerOptions = {
  readonly url: string
  readonly prefix: string
  readonly onNotice: (notice: Notice) => void
}

/** Connects and checks that Redis keeps what it is given. */
export async function connectRedisBroker(options: RedisBrokerOptions): Promise<RedisBroker> {
  const redis = await connectRedis(options.url, 'whalecast')
  const subscriber = duplicate(redis, 'whalecast-topics')
  const broker = new RedisBroker(redis, subscriber, options)
  await subscriber.connect()
  const memory = await redis.info('memory')
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1]
  if (policy && policy !== 'noeviction') {
    const reason = `maxmemory-policy is ${policy}: Redis may throw away trades; set it to noeviction`
    options.onNotice({ type: 'connection', state: 'up', reason })
  }
  return broker
}

/** The Broker port on one Redis. */
export class RedisBroker implements Broker {
  private readonly redis: ScriptedRedis
  private readonly subscriber: Redis
  private readonly onNotice: (notice: Notice) => void
  private readonly keys: Keys
  private readonly topics: Topics
  private readonly logs: LogStore
  private readonly latests: LatestStore
  private readonly works: WorkStore
  private readonly closing = new AbortController()

  constructor(redis: ScriptedRedis, subscriber: Redis, { prefix, onNotice }: RedisBrokerOptions) {
    this.redis = redis
    this.subscriber = subscriber
    this.onNotice = onNotice
    this.keys = createKeys(prefix)
    const onError = (error: unknown) => this.onError(error)
    this.topics = new Topics(subscriber, onError)
    this.logs = new LogStore(redis, this.topics, this.keys)
    this.latests = new LatestStore(redis, this.topics, this.keys)
    this.works = new WorkStore(redis, this.keys, onError)
    subscriber.on('error', () => undefined)
    redis.on('close', () => this.onConnection('down', 'connection closed'))
    redis.on('ready', () => this.onConnection('up', 'connected again'))
  }

  private get closed(): boolean {
    return this.closing.signal.aborted
  }

  get connected(): boolean {
    return !this.closed && this.redis.status === 'ready' && this.subscriber.status === 'ready'
  }

  append(entry: Append) {
    return this.asked(() => this.logs.append(entry))
  }

  readAfter(channel: string, after: Position, limit: number) {
    return this.asked(() => this.logs.readAfter(channel, after, limit))
  }

  readNewest(channel: string, limit: number) {
    return this.asked(() => this.logs.readNewest(channel, limit))
  }

  head(channel: string) {
    return this.asked(() => this.logs.head(channel))
  }

  listenLog(channel: string, listener: LogListener) {
    return this.logs.listen(channel, listener)
  }

  beatLog(channel: string, restMs: number) {
    return this.asked(() => this.logs.beat(channel, restMs))
  }

  restartReader(): void {
    // One that is connecting anyway is not held up.
    if (!this.closed && this.subscriber.status === 'ready') this.subscriber.disconnect(true)
  }

  setLatest(value: SetLatest) {
    return this.asked(() => this.latests.set(value))
  }

  getLatest(channel: string, key: string) {
    return this.asked(() => this.latests.get(channel, key))
  }

  listenLatest(channel: string, listener: Listener<LatestEntry>) {
    return this.latests.listen(channel, listener)
  }

  print(channel: string, batch: TapeBatch): boolean {
    if (this.redis.status !== 'ready' || this.closed) return false
    this.redis
      .publish(this.keys.tapeTopic(channel), JSON.stringify(batch))
      .catch((error: unknown) => this.onError(error))
    return true
  }

  listenTape(channel: string, listener: Listener<TapeBatch>) {
    return this.topics.listen(this.keys.tapeTopic(channel), parseTape, listener)
  }

  async acquire(name: string, holder: string, ttlMs: number): Promise<number | undefined> {
    const { keys } = this
    const term = await this.asked(() =>
      this.redis.acquireLease(keys.lease(name), keys.leaseTerm(name), holder, ttlMs),
    )
    return term === null ? undefined : Number(term)
  }

  async renew(name: string, holder: string, ttlMs: number): Promise<boolean> {
    return (await this.asked(() => this.redis.renewLease(this.keys.lease(name), holder, ttlMs))) === 1
  }

  async release(name: string, holder: string): Promise<void> {
    await this.asked(() => this.redis.releaseLease(this.keys.lease(name), holder))
  }

  add(queue: string, batch: RawBatch) {
    return this.asked(() => this.works.add(queue, batch))
  }

  backlog(queue: string) {
    return this.asked(() => this.works.backlog(queue))
  }

  work(queue: string, handle: (batch: RawBatch) => Promise<void>) {
    return this.asked(() => this.works.work(queue, handle))
  }

  loadPartition(queue: string, fence: Fence) {
    return this.asked(() => this.works.load(queue, fence))
  }

  progress(queue: string) {
    return this.asked(() => this.works.progress(queue))
  }

  commit(commit: PartitionCommit) {
    return this.asked(() => this.works.commit(commit))
  }

  async deadLetter(source: string, reason: string, payload: string): Promise<void> {
    const letter = JSON.stringify({ source, reason, at_ms: Date.now(), payload })
    await this.asked(() => this.redis.lpush(this.keys.deadLetters, letter))
    await this.asked(() => this.redis.ltrim(this.keys.deadLetters, 0, deadLetterLimit - 1))
  }

  async beat(heartbeat: Heartbeat): Promise<void> {
    const key = this.keys.heartbeat(heartbeat.instance)
    await this.asked(() =>
      Promise.all([
        this.redis.set(key, JSON.stringify(heartbeat), 'PX', heartbeatTtlMs),
        this.redis.sadd(this.keys.heartbeatIndex, heartbeat.instance),
      ]),
    )
  }

  async heartbeats(): Promise<readonly unknown[]> {
    const instances = await this.asked(() => this.redis.smembers(this.keys.heartbeatIndex))
    if (instances.length === 0) return []
    const beats = await this.asked(() =>
      this.redis.mget(instances.map((instance) => this.keys.heartbeat(instance))),
    )
    const silent = instances.filter((_, index) => !beats[index])
    // One that beats at this very moment enters the index again a second later.
    if (silent.length > 0) await this.asked(() => this.redis.srem(this.keys.heartbeatIndex, ...silent))
    return beats.flatMap((beat) => (beat ? [JSON.parse(beat) as unknown] : []))
  }

  async ping(): Promise<number> {
    if (!this.connected) throw new Error('no connection to Redis')
    const asked = performance.now()
    await this.asked(() => this.redis.ping())
    return performance.now() - asked
  }

  async close(): Promise<void> {
    if (this.closed) return
    await this.works.close()
    this.closing.abort()
    this.subscriber.disconnect()
    this.redis.disconnect()
  }

  /**
   * Asks until there is an answer. A connection that broke in between is no answer: whatever is asked here may
   * be asked again. One that the closing of this broker cut off is told apart.
   */
  private async asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        return await ask()
      } catch (error) {
        if (this.closing.signal.aborted) throw new BrokerClosedError('the bus is closed', { cause: error })
        if (!isConnectionFault(error)) throw error
        await pause(askAgainMs, this.closing.signal)
      }
    }
  }

  private onConnection(state: 'up' | 'down', reason: string): void {
    if (!this.closed) this.onNotice({ type: 'connection', state, reason })
  }

  private onError(error: unknown): void {
    if (!this.closed) this.onNotice({ type: 'handler_error', channel: 'redis', owner: 'bus', error })
  }
}

function parseTape(value: unknown): TapeBatch {
  const fields = isRecord(value) ? value : {}
  const { items } = fields
  return {
    producer: text(fields['producer']),
    before: integer(fields['before']),
    type: text(fields['type']),
    ts: integer(fields['ts']),
    items: Array.isArray(items) ? items : [],
  }
}
