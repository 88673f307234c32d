import type { Health, HealthComponent, Heartbeat, SystemActivity } from '@whalecast/events'
import {
  degradedActivity,
  healthCheckActivity,
  recoveredActivity,
  resumedActivity,
  transitionActivity,
} from './activities.ts'
import { waitedFor, wantedStep } from './course.ts'
import type { Machine, Transition } from './machine.ts'
import type { Resumed } from './resume.ts'
import { Roster } from './roster.ts'
import { bringTogether, overall, works, type ComponentVerdict } from './verdicts.ts'

/** How often a lasting ailment is told again. */
const reminderEveryMs = 60_000
/** More steps in one look than the longest way through the table would be a loop. */
const mostSteps = 4

/** What one look brought about. */
export type Look = {
  readonly health: Health
  /** To be told in this order. */
  readonly activities: readonly SystemActivity[]
  readonly transitions: readonly Transition[]
  /** Something that a person would notice is different from the look before. */
  readonly changed: boolean
}

/**
 * Watches the system: who is there, what each says, what that makes of the whole, and what is worth telling.
 *
 * An episode of a component begins when it is degraded or unhealthy while the system is ready, and ends when it
 * is healthy again; `starting` in between is neither. A critical component that is unhealthy is no episode: the
 * step to error tells it. No component reports the machine, so the machine can always leave error.
 */
export class Monitor {
  private readonly machine: Machine
  private readonly roster: Roster
  private readonly episodes: Map<string, number>
  private check: Resumed['check']
  private because: string
  private unwatchedSinceMs: number | undefined
  private readonly startedAtMs: number
  private shown = ''

  constructor(resumed: Resumed, nowMs: number) {
    this.machine = resumed.machine
    this.roster = new Roster(nowMs)
    this.startedAtMs = nowMs
    this.episodes = new Map(resumed.episodes.map(({ component, sinceMs }) => [component, sinceMs]))
    this.check = resumed.check
    this.because = resumed.because ?? 'starting over'
    this.unwatchedSinceMs = resumed.unwatchedSinceMs
  }

  get state(): Machine['state'] {
    return this.machine.state
  }

  get history(): readonly Transition[] {
    return this.machine.history
  }

  onLook(heartbeats: readonly Heartbeat[], nowMs: number): Look {
    const reports = this.roster.look(heartbeats, nowMs)
    const verdicts = bringTogether(reports)
    const resumed = this.tellResumed(nowMs)
    const transitions = this.step(verdicts, nowMs)
    const unhealthy = verdicts.filter(({ critical, status }) => critical && !works(status))
    const activities = [
      ...resumed,
      ...transitions.map((step) => transitionActivity(step, step.to === 'error' ? unhealthy : [])),
      ...this.trackEpisodes(verdicts, nowMs),
      ...this.tellCheck(verdicts, nowMs),
    ]
    const health: Health = {
      status: overall(verdicts),
      machine_state: this.machine.state,
      machine_state_since_ms: this.machine.sinceMs,
      components: [...reports],
      timestamp_ms: nowMs,
    }
    const shown = summary(health.machine_state, reports)
    const changed = shown !== this.shown
    this.shown = shown
    return { health, activities, transitions, changed }
  }

  private tellResumed(nowMs: number): readonly SystemActivity[] {
    const sinceMs = this.unwatchedSinceMs
    this.unwatchedSinceMs = undefined
    return sinceMs === undefined ? [] : [resumedActivity(sinceMs, { state: this.machine.state, nowMs })]
  }

  private step(verdicts: readonly ComponentVerdict[], nowMs: number): readonly Transition[] {
    const steps: Transition[] = []
    while (steps.length < mostSteps) {
      const wanted = wantedStep(this.machine.state, verdicts, this.because)
      const result = wanted && this.machine.transition(wanted.to, wanted.context, nowMs)
      if (result === undefined || typeof result === 'string') break
      steps.push(result)
      this.because = 'starting over'
    }
    const overdue = this.machine.onTick(nowMs, waitedFor(this.machine.state, verdicts))
    if (overdue) steps.push(overdue)
    return steps
  }

  private trackEpisodes(verdicts: readonly ComponentVerdict[], nowMs: number): readonly SystemActivity[] {
    const { state } = this.machine
    const told: SystemActivity[] = []
    for (const verdict of verdicts) {
      const { component, critical, status, sinceMs } = verdict
      const openSinceMs = this.episodes.get(component)
      const ailing = status === 'degraded' || (status === 'unhealthy' && !critical)
      if (openSinceMs === undefined && ailing && (state === 'ready' || state === 'acting')) {
        this.episodes.set(component, sinceMs)
        told.push(degradedActivity(verdict, { state, nowMs }))
      } else if (openSinceMs !== undefined && status === 'healthy') {
        this.episodes.delete(component)
        told.push(recoveredActivity({ component, sinceMs: openSinceMs }, { state, nowMs }))
      }
    }
    return told
  }

  private tellCheck(verdicts: readonly ComponentVerdict[], nowMs: number): readonly SystemActivity[] {
    const ailing = verdicts
      .filter(({ status }) => status !== 'healthy')
      .map(({ component }) => component)
      .toSorted()
      .join()
    const { state } = this.machine
    const settled = state === 'ready' || state === 'acting' || state === 'error'
    const due = ailing !== '' && nowMs - (this.check?.atMs ?? this.startedAtMs) >= reminderEveryMs
    const changed = settled && ailing !== this.check?.ailing
    if (!changed && !due) return []
    this.check = { ailing, atMs: nowMs }
    return [healthCheckActivity(verdicts, { state, nowMs })]
  }
}

/** What a person would notice of a look; details, and the ages in reasons, change all the time and do not count. */
function summary(state: string, reports: readonly HealthComponent[]): string {
  const lines = reports.map(
    ({ component, instance, status, reporting }) => `${component} ${instance} ${status} ${reporting}`,
  )
  return [state, ...lines.toSorted()].join('\n')
}
