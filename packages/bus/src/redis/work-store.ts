import { Queue, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Fence, PartitionState } from '../bus.ts'
import {
  BrokerClosedError,
  type CommitAnswer,
  type PartitionCommit,
  type Progress,
  type RawBatch,
  type Working,
} from '../broker.ts'
import { duplicate } from './connect.ts'
import type { Keys } from './keys.ts'
import { integer, isRecord } from './read-fields.ts'
import type { ScriptedRedis } from './scripts.ts'

/** How long a killed worker's batch stays locked. Shorter risks a stall of the event loop ending a lock. */
const lockMs = 2_000
const stalledCheckMs = 500
/** A batch may be found stalled this often before BullMQ gives it up; kills in a row must not lose it. */
const maxStalled = 10
/** How long a worker that is closed may take to finish its batch; past it the next holder gets the batch again. */
const finishMs = 1_000
const seenChunk = 2_000
const stampBytes = 13

/** Work queues on BullMQ, and the durable state of their consumers. */
export class WorkStore {
  private readonly redis: ScriptedRedis
  private readonly queueConnection: Redis
  private readonly keys: Keys
  private readonly onError: (error: unknown) => void
  private readonly queues = new Map<string, Queue>()
  private readonly working = new Set<Working>()

  constructor(redis: ScriptedRedis, keys: Keys, onError: (error: unknown) => void) {
    this.redis = redis
    this.keys = keys
    this.onError = onError
    this.queueConnection = duplicate(redis, 'whalecast-queue')
    this.queueConnection.on('error', () => undefined)
    // It lives in Redis: one that came back empty has forgotten it.
    this.queueConnection.on('ready', () => {
      for (const queue of this.queues.values()) queue.setGlobalConcurrency(1).catch(onError)
    })
  }

  async add(queue: string, { term, seq, through, items }: RawBatch): Promise<void> {
    // The id makes a repeated add (its reply was lost) find its job while that job lives.
    const jobId = `b${term}-${seq}`
    await this.queue(queue).add('batch', { term, seq, through, items }, { jobId })
  }

  async backlog(queue: string): Promise<number> {
    const jobs = await this.queue(queue).getJobs(['active', 'waiting', 'prioritized'])
    return jobs.reduce((sum, job) => sum + parseBatch(job?.data).items.length, 0)
  }

  async work(queue: string, handle: (batch: RawBatch) => Promise<void>): Promise<Working> {
    await this.queue(queue).setGlobalConcurrency(1)
    let stopping = false
    /** The batch under way, until BullMQ has taken note of its end. */
    let finished = Promise.resolve()
    const worker = new Worker(
      queue,
      async ({ data }) => {
        // A handler that cannot go on keeps its batch: failing it would take it out of the queue.
        if (stopping) await never()
        finished = new Promise((resolve) => worker.once('completed', () => resolve()))
        try {
          await handle(parseBatch(data))
        } catch (error) {
          if (!(error instanceof BrokerClosedError)) this.onError(error)
          await never()
        }
      },
      {
        connection: this.queueConnection,
        prefix: this.keys.queuePrefix(queue),
        concurrency: 1,
        lockDuration: lockMs,
        stalledInterval: stalledCheckMs,
        maxStalledCount: maxStalled,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 100 },
      },
    )
    worker.on('error', (error) => this.onError(error))
    const working: Working = {
      close: async () => {
        stopping = true
        this.working.delete(working)
        await worker.pause(true)
        await within(finishMs, finished)
        // Forced: a batch that is not finished by now is found by the stalled check of the next worker.
        await within(finishMs, worker.close(true))
      },
    }
    this.working.add(working)
    await worker.waitUntilReady()
    return working
  }

  async load(queue: string, fence: Fence): Promise<{ state: PartitionState; progress: Progress } | 'fenced'> {
    const flat = await this.redis.openPartition(this.keys.partition(queue), fence.term)
    if (flat === 'fenced') return 'fenced'
    const fields = new Map<string, string>()
    const place = new Map<string, number>()
    for (let at = 0; at < flat.length; at += 2) {
      const [field = '', value = ''] = [flat[at], flat[at + 1]]
      if (field.startsWith('f:')) fields.set(field.slice(2), value)
      else place.set(field, Number(value))
    }
    const seen = await this.loadSeen(this.keys.partitionSeen(queue))
    const of = (name: string) => place.get(name) ?? 0
    return {
      state: { fields, seen },
      progress: { term: of('term'), seq: of('seq'), through: of('through') },
    }
  }

  async progress(queue: string): Promise<Progress> {
    const [term, seq, through] = await this.redis.hmget(this.keys.partition(queue), 'term', 'seq', 'through')
    return { term: Number(term ?? 0), seq: Number(seq ?? 0), through: Number(through ?? 0) }
  }

  commit(commit: PartitionCommit): Promise<CommitAnswer> {
    const { queue, fence, progress, set, del, seen, seenMaxIds, seenMaxAgeMs } = commit
    const pairs = Object.entries(set)
    return this.redis.commitBatch(
      this.keys.partition(queue),
      this.keys.partitionSeen(queue),
      fence.term,
      progress?.term ?? 0,
      progress?.seq ?? 0,
      progress?.through ?? 0,
      seenMaxIds,
      seenMaxAgeMs,
      seen ? Buffer.from(seen.buffer, seen.byteOffset, seen.byteLength) : '',
      pairs.length,
      ...pairs.flat(),
      ...del,
    )
  }

  async close(): Promise<void> {
    await Promise.all([...this.working].map((working) => working.close()))
    await Promise.all([...this.queues.values()].map((queue) => queue.close().catch(this.onError)))
    this.queueConnection.disconnect()
  }

  private async loadSeen(key: string): Promise<Uint8Array[]> {
    const seen: Uint8Array[] = []
    for (let from = 0; ; from += seenChunk) {
      const chunk = await this.redis.lrangeBuffer(key, from, from + seenChunk - 1)
      for (const entry of chunk) seen.push(entry.subarray(stampBytes))
      if (chunk.length < seenChunk) return seen
    }
  }

  private queue(name: string): Queue {
    const known = this.queues.get(name)
    if (known) return known
    const queue = new Queue(name, {
      connection: this.queueConnection,
      prefix: this.keys.queuePrefix(name),
      defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: { count: 100 } },
    })
    queue.on('error', (error) => this.onError(error))
    this.queues.set(name, queue)
    return queue
  }
}

function parseBatch(data: unknown): RawBatch {
  const { term, seq, through, items } = isRecord(data) ? data : {}
  return {
    term: integer(term),
    seq: integer(seq),
    through: integer(through),
    items: Array.isArray(items) ? items : [],
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}

/** Whether `work` ends, either way, within `ms`. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)))
  const ended = work.then(
    () => true,
    () => true,
  )
  try {
    return await Promise.race([ended, late])
  } finally {
    clearTimeout(timer)
  }
}
