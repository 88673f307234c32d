import type { Notice } from '@whalecast/bus'
import type { Logger } from '@whalecast/runtime'
import type { Counters } from '../counters.ts'
import { Episodes, fromNotice, toActivity } from '../domain/activities.ts'
import type { Announcer } from './announcer.ts'

export type NoticeDeps = {
  /** Calls back with what the bus has to say; returns what ends that. */
  readonly onNotices: (handle: (notice: Notice) => void) => () => void
  /** The trades queue takes nothing more of this term. */
  readonly onRefused: () => void
  readonly announcer: Announcer
  readonly counters: Counters
  readonly logger: Logger
  readonly now: () => number
}

/** Turns what the bus has to say into activities, one per episode; a refused queue ends the term. */
export function tellNotices(deps: NoticeDeps): () => void {
  const { onNotices, onRefused, announcer, counters, logger, now } = deps
  const episodes = new Episodes()
  return onNotices((notice) => {
    if (notice.type === 'rejected') {
      counters.refused.inc({ target: notice.target })
      // `full` and `invalid` are answers to one item; anything else is the end of the queue for this term.
      if (notice.target.startsWith('trades') && !['full', 'invalid', 'closed'].includes(notice.reason))
        onRefused()
    }
    const told = fromNotice(notice)
    if (told === undefined) return
    const nowMs = now()
    if (told.episode !== undefined && !episodes.begins(told.episode, nowMs)) return
    logger.warn(told.message, told.metadata)
    announcer.activity(toActivity(told, announcer.nextId(told.type), nowMs))
  })
}
