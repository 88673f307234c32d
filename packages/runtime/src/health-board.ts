/** How a component judges itself at one moment. */
export type Verdict = {
  readonly status: 'starting' | 'healthy' | 'degraded' | 'unhealthy'
  readonly reason?: string
  readonly details?: Readonly<Record<string, string | number | boolean | null>>
}

/** A verdict in the shape in which it leaves the process. */
export type Report = {
  readonly component: string
  readonly critical: boolean
  readonly status: Verdict['status']
  /** Empty when healthy. */
  readonly reason: string
  readonly since_ms: number
  readonly details: Record<string, string | number | boolean | null>
}

type Entry = {
  readonly critical: boolean
  readonly judge: (nowMs: number) => Verdict
  status: Verdict['status'] | undefined
  sinceMs: number
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/**
 * The components of one process and what each says of itself. Judges are pure: they look at state and
 * time and change nothing, so that asking more often never changes the answer.
 */
export class HealthBoard {
  readonly #entries = new Map<string, Entry>()
  readonly #gates = new Map<string, (nowMs: number) => string | undefined>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** A component stands on the board from now on; a name can be added once. */
  add(component: string, options: { readonly critical: boolean }, judge: (nowMs: number) => Verdict): void {
    if (this.#entries.has(component)) throw new Error(`component ${component} is on the board already`)
    this.#entries.set(component, { critical: options.critical, judge, status: undefined, sinceMs: 0 })
  }

  /**
   * Something that keeps the process from being ready without being its own fault, so no component's
   * verdict: `check` answers with the reason, or nothing once it is met.
   */
  gate(name: string, check: (nowMs: number) => string | undefined): void {
    if (this.#gates.has(name)) throw new Error(`gate ${name} exists already`)
    this.#gates.set(name, check)
  }

  /** Every component's verdict; a judge that throws makes its component unhealthy, for that reason. */
  reports(nowMs: number = this.#now()): Report[] {
    return [...this.#entries].map(([component, entry]) => {
      const verdict = this.#judge(entry, nowMs)
      if (verdict.status !== entry.status) {
        entry.status = verdict.status
        entry.sinceMs = nowMs
      }
      return {
        component,
        critical: entry.critical,
        status: verdict.status,
        reason: verdict.status === 'healthy' ? '' : (verdict.reason ?? verdict.status),
        since_ms: entry.sinceMs,
        details: { ...verdict.details },
      }
    })
  }

  /** Why this process is not ready; empty when it is. A degraded component still does its work. */
  obstacles(nowMs: number = this.#now()): string[] {
    const reports = this.reports(nowMs)
    if (reports.length === 0) return ['no component has reported yet']
    const components = reports
      .filter(({ status }) => status === 'starting' || status === 'unhealthy')
      .map(({ component, reason }) => `${component}: ${reason}`)
    const gates = [...this.#gates].flatMap(([name, check]) => {
      const reason = this.#ask(check, nowMs)
      return reason === undefined ? [] : [`${name}: ${reason}`]
    })
    return [...components, ...gates]
  }

  #judge({ judge }: Entry, nowMs: number): Verdict {
    try {
      return judge(nowMs)
    } catch (error) {
      return { status: 'unhealthy', reason: reasonOf(error) }
    }
  }

  #ask(check: (nowMs: number) => string | undefined, nowMs: number): string | undefined {
    try {
      return check(nowMs)
    } catch (error) {
      return reasonOf(error)
    }
  }
}
