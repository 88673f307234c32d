import { setTimeout as wait } from 'node:timers/promises'
import { usageOf } from '../measure/process-usage.ts'
import type { LoaderTarget } from './loader/loader.ts'
import type { Bench } from './measure-window.ts'

export type Idle = {
  readonly round: number
  readonly subject: string
  readonly bytesPerConnection: number
  /** What it takes to accept one, with its greeting and one subscription. */
  readonly cpuMsPerConnection: number
}

/** What a connection costs that listens to a quiet channel; the first ones, for which the process grows anyway, do not count. */
export async function measureIdle(
  { loader, options, signal }: Bench,
  idle: Pick<Idle, 'round' | 'subject'> & {
    readonly pid: number
    readonly target: Omit<LoaderTarget, 'channels'>
  },
): Promise<Idle> {
  const { before, connections, restMs } = options.idle
  const { pid, target, round, subject } = idle
  const usageWith = async (count: number) => {
    const channels = Array.from({ length: count }, () => ['tape'])
    await loader.call('open', { ...target, channels })
    await wait(restMs, undefined, { signal })
    const usage = await usageOf(pid)
    if (!usage) throw new Error('what the server uses cannot be read')
    return usage
  }
  const first = await usageWith(before)
  const all = await usageWith(connections)
  await loader.call('close', undefined)
  const more = connections - before
  return {
    round,
    subject,
    bytesPerConnection: (all.rssBytes - first.rssBytes) / more,
    cpuMsPerConnection: ((all.cpuSeconds - first.cpuSeconds) * 1_000) / more,
  }
}
