import type { Activity } from './frames.ts'

/** Lines in the activity console; older ones leave it. */
export const activityLines = 200

export type ActivityLevel = NonNullable<Activity['metadata']['severity']>

export type ActivityLine = Activity & {
  readonly level: ActivityLevel
  /** Told by the history that a new client gets, not as it happened. */
  readonly replayed: boolean
}

/** Oldest first, each activity once; the first telling stays, so a line never changes under the reader. */
export function onActivities(
  lines: readonly ActivityLine[],
  activities: readonly Activity[],
  replayed: boolean,
): readonly ActivityLine[] {
  const known = new Set(lines.map((line) => line.activity_id))
  const fresh: ActivityLine[] = []
  for (const activity of activities) {
    if (known.has(activity.activity_id)) continue
    known.add(activity.activity_id)
    fresh.push({ ...activity, level: levelOf(activity), replayed })
  }
  if (fresh.length === 0) return lines
  return [...lines, ...fresh].toSorted((a, b) => a.timestamp_ms - b.timestamp_ms).slice(-activityLines)
}

/** What an activity type implies where no severity is stated. */
const impliedLevels: Readonly<Partial<Record<string, ActivityLevel>>> = {
  degraded: 'warning',
  queue_pressure: 'warning',
  dead_letter: 'warning',
  handler_error: 'error',
  recovered: 'success',
}

function levelOf({ metadata, activity_type, to_state }: Activity): ActivityLevel {
  if (metadata.severity !== undefined) return metadata.severity
  if (to_state === 'error') return 'error'
  return to_state === 'ready' ? 'success' : (impliedLevels[activity_type] ?? 'info')
}
