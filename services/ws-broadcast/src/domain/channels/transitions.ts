import { wireChannels, type HistoryReplay, type Position, type SystemActivity } from '@whalecast/events'
import type { FrameEncoder, OutFrame } from '@whalecast/fanout'
import { facetsOfActivity } from './facets.ts'
import type { LogForm } from './log-form.ts'

/** More than are shown, for those who filter. */
const transitionsKept = 200

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
    this.#transitions = [...this.#transitions, activity].slice(-transitionsKept)
  }

  /** The log has moved on. */
  outdated(): void {
    this.#replay = undefined
  }

  /** Stands at the head of the log, so that the next live entry continues it. With a form: those that it lets through. */
  replay(head: Position | undefined, form?: LogForm): OutFrame {
    if (form)
      return this.#encode(
        head,
        this.#transitions.filter((one) => form(facetsOfActivity(one))),
      )
    return (this.#replay ??= this.#encode(head, this.#transitions))
  }

  #encode(head: Position | undefined, all: readonly SystemActivity[]): OutFrame {
    const transitions = all.slice(-wireChannels.system.snapshot)
    const data: HistoryReplay = { transitions, count: transitions.length }
    return this.#encoder.encode({ type: 'history_replay', channel: 'system', ...head, data }, 'log')
  }
}
