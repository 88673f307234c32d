import type { Activity, Health, MachineState, TraderStatus } from './frames.ts'

/** The newest word on the system's state machine, whoever said it. */
export type Machine = {
  readonly state: MachineState
  /** When that was said, by the server's clock; null: nobody has spoken yet. */
  readonly saidAtMs: number | null
  /** Since when the state holds; null where it was not said. */
  readonly sinceMs: number | null
}

export const unknownMachine: Machine = { state: 'unknown', saidAtMs: null, sinceMs: null }

// trader_status comes every 10 s: three of them missing means that the last word says nothing about now.
const wordHoldsMs = 35_000

type Word = { readonly state: MachineState; readonly saidAtMs: number; readonly sinceMs: number | null }

export const wordOfStatus = (status: TraderStatus): Word => ({
  state: status.machine_state,
  saidAtMs: status.timestamp_ms,
  sinceMs: null,
})

export const wordOfHealth = (health: Health): Word => ({
  state: health.machine_state,
  saidAtMs: health.timestamp_ms,
  sinceMs: health.machine_state_since_ms,
})

/** Only a transition says what the state is; any other activity only tells what it was meanwhile. */
export function wordOfActivity(activity: Activity): Word | null {
  if (activity.activity_type !== 'state_transition' || activity.to_state === undefined) return null
  return { state: activity.to_state, saidAtMs: activity.timestamp_ms, sinceMs: activity.timestamp_ms }
}

/** An older word never wins; a newer one that repeats the state keeps its beginning. */
export function onWord(machine: Machine, word: Word | null): Machine {
  if (word === null || word.saidAtMs < (machine.saidAtMs ?? 0)) return machine
  const sinceMs = word.sinceMs ?? (word.state === machine.state ? machine.sinceMs : null)
  return { state: word.state, saidAtMs: word.saidAtMs, sinceMs }
}

/** What may be shown as the state now. Without a connection or a recent word that is `unknown`, with the reason. */
export function presentState(
  machine: Machine,
  at: { readonly connected: boolean; readonly serverNowMs: number },
): { readonly state: MachineState; readonly why: string } {
  if (machine.saidAtMs === null) return { state: 'unknown', why: 'no status received yet' }
  if (!at.connected) return { state: 'unknown', why: `not connected; last known: ${machine.state}` }
  const silentMs = at.serverNowMs - machine.saidAtMs
  if (silentMs > wordHoldsMs) {
    return {
      state: 'unknown',
      why: `no status for ${Math.floor(silentMs / 1_000)} s; last known: ${machine.state}`,
    }
  }
  return { state: machine.state, why: machine.state === 'unknown' ? 'the server cannot tell' : '' }
}
