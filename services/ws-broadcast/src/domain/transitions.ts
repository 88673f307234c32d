import { wireChannels, type HistoryReplay, type Position, type SystemActivity } from '@whalecast/events'
import type { FrameEncoder, OutFrame } from '@whalecast/fanout'

/** The newest transitions of the system's state, apart from the log: other activities must not push them out. */
export class Transitions {
  readonly #encoder: FrameEncoder
  #transitions: readonly SystemActivity[] = []
  #replay: OutFrame | undefined

  constructor(encoder: FrameEncoder) {
    this.#encoder = encoder
  }

  take(activity: SystemActivity): void {
    this.outdated()
    if (activity.activity_type !== 'state_transition') return
    this.#transitions = [...this.#transitions, activity].slice(-wireChannels.system.snapshot)
  }

  /** The log has moved on. */
  outdated(): void {
    this.#replay = undefined
  }

  /** Stands at the head of the log, so that the next live entry continues it. */
  replay(head: Position | undefined): OutFrame {
    const data: HistoryReplay = { transitions: [...this.#transitions], count: this.#transitions.length }
    this.#replay ??= this.#encoder.encode({ type: 'history_replay', channel: 'system', ...head, data }, 'log')
    return this.#replay
  }
}
