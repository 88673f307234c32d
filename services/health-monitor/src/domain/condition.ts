import type { MachineState } from '@whalecast/events'
import type { Verdict } from '@whalecast/runtime'

/** Three looks missed: what is shown may be wrong by then. */
const blindAfterMs = 3_000

/**
 * How the monitor itself is doing. Standby until it leads; while it leads, it has to look. The machine's state is
 * no part of it: a monitor that shows an error works.
 */
export class Condition {
  private leadingSinceMs: number | undefined
  private lookedAtMs: number | undefined
  private shown: { readonly state: MachineState; readonly transitions: number } | undefined

  lead(nowMs: number): void {
    this.leadingSinceMs = nowMs
    this.lookedAtMs = undefined
  }

  standBy(): void {
    this.leadingSinceMs = undefined
    this.shown = undefined
  }

  looked(nowMs: number, state: MachineState, transitions: number): void {
    this.lookedAtMs = nowMs
    this.shown = { state, transitions }
  }

  /** The state of the machine; null while another one leads. */
  get state(): MachineState | null {
    return this.shown?.state ?? null
  }

  judge(nowMs: number, connected: boolean): Verdict {
    const leading = this.leadingSinceMs !== undefined
    const details = {
      role: leading ? 'leader' : 'standby',
      machine_state: this.state,
      transitions_remembered: this.shown?.transitions ?? null,
    }
    if (!connected) return { status: 'unhealthy', reason: 'cannot see the heartbeats without Redis', details }
    if (this.leadingSinceMs === undefined) return { status: 'healthy', details }
    const blindMs = nowMs - (this.lookedAtMs ?? this.leadingSinceMs)
    if (blindMs > blindAfterMs) {
      return { status: 'unhealthy', reason: `no look for ${Math.floor(blindMs / 1_000)} s`, details }
    }
    if (this.lookedAtMs === undefined) return { status: 'starting', reason: 'about to look', details }
    return { status: 'healthy', details }
  }
}
