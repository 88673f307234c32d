import { describe, expect, test } from '@jest/globals'
import type { Notice } from '@whalecast/bus'
import { systemActivitySchema } from '@whalecast/events'
import { Episodes, episodeMs, fromNotice, toActivity } from './activities.ts'

const now = 1_800_000_000_000

const rows: { note: string; notice: Notice; type?: string; severity?: string }[] = [
  {
    note: 'pressure',
    notice: { type: 'queue_pressure', queue: 'trades-0', level: 'high', utilization: 0.81 },
    type: 'queue_pressure',
    severity: 'warning',
  },
  {
    note: 'relief',
    notice: { type: 'queue_pressure', queue: 'trades-0', level: 'normal', utilization: 0.5 },
    type: 'queue_pressure',
    severity: 'success',
  },
  { note: 'full', notice: { type: 'queue_pressure', queue: 'trades-0', level: 'full', utilization: 1 } },
  {
    note: 'refusal',
    notice: { type: 'rejected', target: 'trades-0', reason: 'full' },
    type: 'operation',
    severity: 'error',
  },
  {
    note: 'dead letter',
    notice: { type: 'dead_letter', source: 'market', reason: 'invalid' },
    type: 'dead_letter',
    severity: 'error',
  },
  { note: 'connection', notice: { type: 'connection', state: 'down', reason: 'refused' } },
]

describe('activities of ingest', () => {
  test.each(rows)('$note', ({ notice, type, severity }) => {
    const told = fromNotice(notice)
    expect(told?.type).toBe(type)
    if (told === undefined) return
    const activity = toActivity(told, 'ingest-1-7', now)
    expect(systemActivitySchema.parse(activity)).toEqual(activity)
    expect(activity).toMatchObject({ activity_id: 'ingest-1-7', metadata: { severity } })
  })

  test('an episode lasts until its name was quiet for its time', () => {
    const episodes = new Episodes()
    expect(episodes.begins('a', now)).toBe(true)
    expect(episodes.begins('a', now + episodeMs)).toBe(false)
    expect(episodes.begins('b', now + episodeMs)).toBe(true)
    expect(episodes.begins('a', now + 2 * episodeMs)).toBe(false)
    expect(episodes.begins('a', now + 3 * episodeMs + 1)).toBe(true)
  })
})
