import type { TraderStatus } from '@whalecast/events'

const everyMs = 10_000

/** Decides when a status is due, and why: at once, every ten seconds from then on, and when the phase changes. */
export class Schedule {
  private nextMs: number | undefined
  private phase: TraderStatus['machine_state'] | undefined

  /** Whether a periodic status is due. Late is not caught up: what was missed is skipped, the grid is kept. */
  onTick(nowMs: number): boolean {
    if (this.nextMs === undefined) {
      this.nextMs = nowMs + everyMs
      return true
    }
    if (nowMs < this.nextMs) return false
    this.nextMs += everyMs * (1 + Math.floor((nowMs - this.nextMs) / everyMs))
    return true
  }

  /** Whether this state is another phase than the one reported last. */
  onPhase(state: TraderStatus['machine_state']): boolean {
    return this.phase !== undefined && this.phase !== state
  }

  reported(state: TraderStatus['machine_state']): void {
    this.phase = state
  }
}
