/** What V8 writes as `.cpuprofile`, as far as it is read here. */
export type CpuProfile = {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  /** The node that ran at each sample. */
  readonly samples: readonly number[]
  /** Microseconds between each sample and the one before. */
  readonly timeDeltas: readonly number[]
}

export type SelfTime = {
  /** Name and place. */
  readonly at: string
  readonly selfMs: number
  /** Of the time in which the process was not idle. */
  readonly percent: number
}

const idle = '(idle)'

/** The functions that take most of a process's time themselves, the calls they make not counted. */
export function topSelfTimes({ nodes, samples, timeDeltas }: CpuProfile, count: number): SelfTime[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const micros = new Map<string, number>()
  samples.forEach((node, n) => {
    const name = names.get(node) ?? '(unknown)'
    micros.set(name, (micros.get(name) ?? 0) + (timeDeltas[n] ?? 0))
  })
  const busy = [...micros].filter(([name]) => name !== idle)
  const total = busy.reduce((sum, [, time]) => sum + time, 0)
  return busy
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([at, time]) => ({ at, selfMs: time / 1_000, percent: (time / total) * 100 }))
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName
  if (url === '') return name
  // The last folders tell the package; what is before them is this machine's business.
  return `${name} ${url.split('/').slice(-3).join('/')}:${lineNumber + 1}`
}
