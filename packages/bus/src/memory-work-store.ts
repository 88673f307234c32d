import type { Fence, PartitionState } from './bus.ts'
import {
  noProgress,
  type CommitAnswer,
  type PartitionCommit,
  type Progress,
  type RawBatch,
  type Working,
} from './broker.ts'
import { Fences } from './fences.ts'
import { isAtOrBefore } from './log-order.ts'
import { packedIdBytes } from './recent-ids.ts'

type Partition = {
  progress: Progress
  fields: Map<string, string>
  seen: { readonly at: number; readonly ids: Uint8Array }[]
  waiting: RawBatch[]
  active: RawBatch | undefined
  worker: ((batch: RawBatch) => Promise<void>) | undefined
}

/** Work queues in this process, and the state of their consumers. */
export class MemoryWorkStore {
  private readonly now: () => number
  private readonly fences = new Fences()
  private readonly partitions = new Map<string, Partition>()

  constructor(now: () => number) {
    this.now = now
  }

  async add(queue: string, batch: RawBatch): Promise<void> {
    const partition = this.partition(queue)
    partition.waiting.push(structuredClone(batch))
    this.pump(partition)
  }

  async backlog(queue: string): Promise<number> {
    const { waiting, active } = this.partition(queue)
    return [...(active ? [active] : []), ...waiting].reduce((sum, batch) => sum + batch.items.length, 0)
  }

  async work(queue: string, handle: (batch: RawBatch) => Promise<void>): Promise<Working> {
    const partition = this.partition(queue)
    if (partition.active) {
      // The worker before died in the middle: its batch comes first, again.
      partition.waiting.unshift(partition.active)
      partition.active = undefined
    }
    partition.worker = handle
    this.pump(partition)
    return {
      close: async () => {
        if (partition.worker === handle) partition.worker = undefined
      },
    }
  }

  async load(queue: string, fence: Fence): Promise<{ state: PartitionState; progress: Progress } | 'fenced'> {
    if (!this.fences.passes(queue, fence)) return 'fenced'
    const { fields, seen, progress } = this.partition(queue)
    return { state: { fields: new Map(fields), seen: seen.map(({ ids }) => ids.slice()) }, progress }
  }

  async progress(queue: string): Promise<Progress> {
    return this.partition(queue).progress
  }

  async commit(commit: PartitionCommit): Promise<CommitAnswer> {
    const { queue, fence, progress, set, del, seen, seenMaxIds, seenMaxAgeMs } = commit
    if (!this.fences.passes(queue, fence)) return 'fenced'
    const partition = this.partition(queue)
    if (progress && isAtOrBefore(progress, partition.progress)) return 'known'
    if (progress) partition.progress = progress
    for (const field of del) partition.fields.delete(field)
    for (const [field, value] of Object.entries(set)) partition.fields.set(field, value)
    if (seen && seen.length > 0) partition.seen.push({ at: this.now(), ids: seen.slice() })
    const oldest = this.now() - seenMaxAgeMs
    let ids = partition.seen.reduce((sum, chunk) => sum + chunk.ids.length / packedIdBytes, 0)
    while (partition.seen[0] && (ids > seenMaxIds || partition.seen[0].at < oldest)) {
      ids -= partition.seen.shift()!.ids.length / packedIdBytes
    }
    return 'ok'
  }

  private partition(queue: string): Partition {
    const known = this.partitions.get(queue)
    if (known) return known
    const partition: Partition = {
      progress: noProgress,
      fields: new Map(),
      seen: [],
      waiting: [],
      active: undefined,
      worker: undefined,
    }
    this.partitions.set(queue, partition)
    return partition
  }

  private pump(partition: Partition): void {
    const { worker } = partition
    if (!worker || partition.active) return
    const batch = partition.waiting.shift()
    if (!batch) return
    partition.active = batch
    worker(structuredClone(batch)).then(
      () => {
        if (partition.active === batch) partition.active = undefined
        this.pump(partition)
      },
      // A worker that gave up keeps its batch active until the next worker takes it.
      () => undefined,
    )
  }
}
