import { expect, test } from '@jest/globals'
import { gap } from '../testing/samples.ts'
import { emptyFeed, gapOutcome, onFeedGap, onFeedState } from './feed.ts'

test('of each socket the newest state counts, and sockets keep their order', () => {
  const told = [
    { source: 'B', state: 'live', reason: '', since_ms: 1 },
    { source: 'A', state: 'connecting', reason: '', since_ms: 2 },
    { source: 'B', state: 'silent', reason: 'quiet', since_ms: 3 },
  ] as const
  const feed = told.reduce(onFeedState, emptyFeed)
  expect(feed.sources.map(({ source, state }) => [source, state])).toEqual([
    ['A', 'connecting'],
    ['B', 'silent'],
  ])
})

test('a gap told again replaces what was said of it', () => {
  const feed = [gap({ missing: null }), gap({ gap_id: 'older', since_ms: 1 }), gap({ missing: 2 })].reduce(
    onFeedGap,
    emptyFeed,
  )
  expect(feed.gaps.map(({ gap_id, missing }) => [gap_id, missing])).toEqual([
    ['g1', 2],
    ['older', 0],
  ])
})

test.each([
  { missing: null, until_ms: null, outcome: 'open' },
  { missing: null, until_ms: 5, outcome: 'open' },
  { missing: 3, until_ms: 5, outcome: 'lost' },
  { missing: 0, until_ms: 5, outcome: 'recovered' },
])('missing $missing: $outcome', ({ missing, until_ms, outcome }) => {
  expect(gapOutcome(gap({ missing, until_ms }))).toBe(outcome)
})
