import type { FeedGap, FeedState } from './frames.ts'
import { mergeNewest } from './newest.ts'

export type Feed = {
  /** The newest state of each exchange socket, by its name. */
  readonly sources: readonly FeedState[]
  /** Newest first, each gap once with its newest telling. */
  readonly gaps: readonly FeedGap[]
}

export const emptyFeed: Feed = { sources: [], gaps: [] }

const gapLines = 20

export function onFeedState(feed: Feed, state: FeedState): Feed {
  const others = feed.sources.filter((source) => source.source !== state.source)
  const sources = [...others, state].toSorted((a, b) => a.source.localeCompare(b.source))
  return { ...feed, sources }
}

export function onFeedGap(feed: Feed, gap: FeedGap): Feed {
  const gaps = mergeNewest(feed.gaps, [gap], {
    id: (each) => each.gap_id,
    at: (each) => each.since_ms,
    max: gapLines,
  })
  return { ...feed, gaps }
}

/** `open`: nobody can tell yet how much is missing. `lost`: over, and so many are missing for good. */
export type GapOutcome = 'open' | 'lost' | 'recovered'

export function gapOutcome(gap: FeedGap): GapOutcome {
  if (gap.missing === null) return 'open'
  return gap.missing === 0 ? 'recovered' : 'lost'
}
