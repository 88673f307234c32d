import { expect, test } from '@jest/globals'
import { judgeAccount, judgeBooks, type AccountFacts } from './desk-health.ts'

const now = 1_800_000_000_000
const facts: AccountFacts = {
  startedAtMs: now - 60_000,
  access: 'granted',
  syncedAtMs: now - 25_000,
  updatedAtMs: null,
  lastError: '',
  listening: true,
  positions: 0,
  fills: 0,
  orders: 0,
  connections: 1,
}

test.each([
  { note: 'read in time', over: {}, status: 'healthy' },
  { note: 'polled is as good', over: { listening: false }, status: 'healthy' },
  {
    note: 'three readings missed',
    over: { syncedAtMs: now - 80_001, lastError: 'HTTP 500' },
    status: 'degraded',
  },
  {
    note: 'not read yet, at first',
    over: { syncedAtMs: null, startedAtMs: now - 29_999 },
    status: 'starting',
  },
  {
    note: 'not read for too long',
    over: { syncedAtMs: null, access: 'unknown' as const },
    status: 'degraded',
  },
  {
    note: 'a key without the right',
    over: { syncedAtMs: null, access: 'refused' as const },
    status: 'healthy',
  },
  { note: 'somebody else’s', over: { syncedAtMs: null, access: 'off' as const }, status: 'healthy' },
])('the account: $note: $status', ({ over, status }) => {
  expect(judgeAccount({ ...facts, ...over }, now).status).toBe(status)
})

test.each([
  { note: 'none followed', standing: { followed: 0, live: 0, notLiveSinceMs: null }, status: 'healthy' },
  {
    note: 'one on its way',
    standing: { followed: 2, live: 1, notLiveSinceMs: now - 20_000 },
    status: 'healthy',
  },
  {
    note: 'one that does not come',
    standing: { followed: 2, live: 1, notLiveSinceMs: now - 20_001 },
    status: 'degraded',
  },
])('the books: $note: $status', ({ standing, status }) => {
  expect(judgeBooks(standing, now).status).toBe(status)
})
