import { busySeconds } from './machine-usage.ts'
import { usageOf, type Usage } from './process-usage.ts'
import type { Point } from './trend.ts'

/** A process of what is measured. */
export type MeasuredProcess = {
  readonly name: string
  readonly pid: number
  /** Where its metrics are, if it has any. */
  readonly opsUrl?: string
}

export type ProcessUse = {
  readonly name: string
  readonly cpuSeconds: number
  /** Share of one core, in per cent. */
  readonly cpuPercent: number
  readonly rss: readonly Point[]
}

/** Follows CPU and memory of processes. One that was started again is followed no longer. */
export class UseRecorder {
  private readonly processes: readonly MeasuredProcess[]
  private readonly looks = new Map<number, { readonly atMs: number; readonly usage: Usage }[]>()
  private readonly machine: Point[] = []

  constructor(processes: readonly MeasuredProcess[]) {
    this.processes = processes
  }

  async look(): Promise<void> {
    const atMs = performance.now()
    const busy = await busySeconds()
    if (busy !== undefined) this.machine.push({ atMs, value: busy })
    await Promise.all(
      this.processes.map(async ({ pid, opsUrl }) => {
        const usage = await usageOf(pid, opsUrl)
        const looks = this.looks.get(pid) ?? []
        if (usage) this.looks.set(pid, [...looks, { atMs, usage }])
      }),
    )
  }

  result(): { readonly processes: ProcessUse[]; readonly otherCpuPercent: number | undefined } {
    const processes = this.processUse()
    const [first, last] = [this.machine[0], this.machine.at(-1)]
    if (!first || !last || first === last) return { processes, otherCpuPercent: undefined }
    const all = percentOf(last.value - first.value, last.atMs - first.atMs)
    const ours = processes.reduce((sum, { cpuPercent }) => sum + cpuPercent, 0)
    return { processes, otherCpuPercent: Math.max(0, all - ours) }
  }

  private processUse(): ProcessUse[] {
    return this.processes.flatMap(({ name, pid }) => {
      const looks = this.looks.get(pid) ?? []
      const [first, last] = [looks[0], looks.at(-1)]
      if (!first || !last || first === last) return []
      const cpuSeconds = last.usage.cpuSeconds - first.usage.cpuSeconds
      return [
        {
          name,
          cpuSeconds,
          cpuPercent: percentOf(cpuSeconds, last.atMs - first.atMs),
          rss: looks.map(({ atMs, usage }) => ({ atMs, value: usage.rssBytes })),
        },
      ]
    })
  }
}

/** Of one core. */
function percentOf(cpuSeconds: number, ms: number): number {
  return (cpuSeconds / ms) * 100_000
}
