import type { MachineState } from '@whalecast/events'

type Rule = {
  /** How long the state may last; undefined where it may last for ever. */
  readonly timeoutMs?: number
  /** Where a timeout leads. */
  readonly onTimeout?: MachineState
  readonly next: readonly MachineState[]
}

/**
 * The system's states. startup: this process begins. initializing: the critical components come up.
 * orderbook_connect: the exchange feed comes up; without it the system works, degraded, so its timeout leads to
 * ready. trading_client_connect, kalshi_data_sync, acting: of a system that trades. ready: operating.
 * error: a critical component is down; its timeout leads through startup again. shutdown: final.
 */
const rules: Readonly<Record<MachineState, Rule>> = {
  startup: { timeoutMs: 30_000, onTimeout: 'error', next: ['initializing', 'error', 'shutdown'] },
  initializing: { timeoutMs: 60_000, onTimeout: 'error', next: ['orderbook_connect', 'error', 'shutdown'] },
  orderbook_connect: {
    timeoutMs: 120_000,
    onTimeout: 'ready',
    next: ['trading_client_connect', 'ready', 'error', 'shutdown'],
  },
  trading_client_connect: {
    timeoutMs: 60_000,
    onTimeout: 'error',
    next: ['kalshi_data_sync', 'error', 'shutdown'],
  },
  kalshi_data_sync: { timeoutMs: 60_000, onTimeout: 'error', next: ['ready', 'error', 'shutdown'] },
  ready: { next: ['acting', 'orderbook_connect', 'error', 'shutdown'] },
  acting: { timeoutMs: 60_000, onTimeout: 'error', next: ['ready', 'error', 'shutdown'] },
  error: {
    timeoutMs: 300_000,
    onTimeout: 'startup',
    next: ['startup', 'ready', 'orderbook_connect', 'shutdown'],
  },
  shutdown: { timeoutMs: 30_000, next: [] },
}

const historyLimit = 50

/** One step of the machine. */
export type Transition = {
  readonly from: MachineState
  readonly to: MachineState
  readonly context: string
  readonly atMs: number
  /** When the state before began; with `from` and `to` it names this step, whoever takes it. */
  readonly fromSinceMs: number
}

export type TransitionResult = Transition | 'same' | 'refused'

/** Holds the state, takes only steps that the table allows, and remembers the newest fifty. */
export class Machine {
  private current: MachineState
  private since: number
  private steps: Transition[]

  constructor(state: MachineState, sinceMs: number, history: readonly Transition[] = []) {
    this.current = state
    this.since = sinceMs
    this.steps = history.slice(-historyLimit)
  }

  get state(): MachineState {
    return this.current
  }

  get sinceMs(): number {
    return this.since
  }

  /** Oldest first. */
  get history(): readonly Transition[] {
    return this.steps
  }

  /** Steps to a state. The state it is in already is accepted as no step; one the table does not allow is refused. */
  transition(to: MachineState, context: string, nowMs: number): TransitionResult {
    const from = this.current
    if (to === from) return 'same'
    if (!rules[from].next.includes(to)) return 'refused'
    const step = { from, to, context, atMs: nowMs, fromSinceMs: this.since }
    this.current = to
    this.since = nowMs
    this.steps = [...this.steps, step].slice(-historyLimit)
    return step
  }

  /** Leaves a state that has lasted too long; `waitingFor` says in words what did not come. */
  onTick(nowMs: number, waitingFor: string): Transition | undefined {
    const { timeoutMs, onTimeout } = rules[this.current]
    if (timeoutMs === undefined || onTimeout === undefined || nowMs - this.since < timeoutMs) return undefined
    const result = this.transition(onTimeout, `after ${timeoutMs / 1_000} s without ${waitingFor}`, nowMs)
    return typeof result === 'string' ? undefined : result
  }
}
