import { describe, expect, test } from '@jest/globals'
import { decision, follow, followedWhale } from '../testing/account-samples.ts'
import { entry, nowMs } from '../testing/samples.ts'
import type { WhaleProcessing } from './frames.ts'
import {
  nothingFollowed,
  onDecision,
  onProcessing,
  settleFollowing,
  statusOfWhale,
  type Following,
} from './following.ts'

const at = (ms: number) => nowMs + ms
const processing = (fields: Partial<WhaleProcessing> = {}): WhaleProcessing => ({
  whale_id: 'w1',
  status: 'processing',
  action: null,
  timestamp_ms: nowMs,
  ...fields,
})
const begun = onProcessing(nothingFollowed, processing(), { atMs: at(0), ageMs: 0 })
const status = (following: Following, phase: 'queued' | 'held' | 'fading' = 'queued') =>
  statusOfWhale(following, { entry: entry(), phase }).status

describe('whales being judged', () => {
  test('the highlight ends 300 ms after the verdict', () => {
    const done = onProcessing(begun, processing({ status: 'complete', action: 'skipped_age' }), {
      atMs: at(1_000),
      ageMs: 0,
    })
    expect([status(begun), status(settleFollowing(done, at(1_299)))]).toEqual(['processing', 'processing'])
    const over = settleFollowing(done, at(1_300))
    expect(statusOfWhale(over, { entry: entry(), phase: 'queued' })).toEqual({
      status: 'processed',
      action: 'skipped_age',
    })
  })

  test('a judge that never answers does not light the row for ever', () => {
    expect(status(settleFollowing(begun, at(9_999)))).toBe('processing')
    expect(status(settleFollowing(begun, at(10_000)))).toBe('queued')
  })

  test('what a new client is told of the past lights no row', () => {
    const past = onProcessing(nothingFollowed, processing(), { atMs: at(0), ageMs: 60_000 })
    expect(status(past)).toBe('queued')
  })

  test('followed goes before processing, by the verdict or by the list of followed whales', () => {
    expect(status(onDecision(begun, decision()))).toBe('followed')
    const listed = { ...begun, follow: follow({}, { followed_whales: [followedWhale()] }) }
    expect(status(listed)).toBe('followed')
  })

  test('what leaves unjudged is not called processed', () => {
    expect(status(nothingFollowed, 'held')).toBe('left')
    expect(status(onDecision(nothingFollowed, decision({ action: 'failed' })), 'held')).toBe('processed')
  })

  test('a verdict that replaces another stands once, newest first', () => {
    const first = onDecision(nothingFollowed, decision({ action: 'rate_limited', timestamp_ms: at(0) }))
    const other = onDecision(first, decision({ whale_id: 'w2', timestamp_ms: at(1) }))
    const last = onDecision(other, decision({ action: 'followed', timestamp_ms: at(2) }))
    expect(last.decisions.map((each) => `${each.whale_id} ${each.action}`)).toEqual([
      'w1 followed',
      'w2 followed',
    ])
  })

  test('a day of decisions is a bounded memory', () => {
    let following = nothingFollowed
    for (let n = 0; n < 2_100; n += 1) {
      following = onDecision(following, decision({ whale_id: `w${n}`, timestamp_ms: at(n) }))
    }
    expect([following.decisions.length, following.judged.size, following.judged.has('w99')]).toEqual([
      100,
      2_000,
      false,
    ])
  })
})
