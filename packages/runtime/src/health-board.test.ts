import { describe, expect, test } from '@jest/globals'
import { HealthBoard, type Verdict } from './health-board.ts'

describe('HealthBoard', () => {
  test('reports each component as it judges itself', () => {
    const board = new HealthBoard()
    board.add('feed', { critical: false }, (nowMs) => ({
      status: nowMs < 100 ? 'healthy' : 'degraded',
      reason: 'silent',
      details: { age: nowMs },
    }))
    expect(board.reports(50)).toEqual([
      {
        component: 'feed',
        critical: false,
        status: 'healthy',
        reason: '',
        since_ms: 50,
        details: { age: 50 },
      },
    ])
    expect(board.reports(100)[0]).toMatchObject({ status: 'degraded', reason: 'silent', since_ms: 100 })
  })

  test('keeps since when a status holds, whatever the reason does', () => {
    const verdicts: Verdict[] = [
      { status: 'degraded', reason: 'a' },
      { status: 'degraded', reason: 'b' },
      { status: 'healthy' },
      { status: 'degraded' },
    ]
    const board = new HealthBoard()
    board.add('x', { critical: true }, (nowMs) => verdicts[nowMs] ?? { status: 'starting' })
    const since = [0, 1, 2, 3].map((nowMs) => board.reports(nowMs)[0]?.since_ms)
    expect(since).toEqual([0, 0, 2, 3])
  })

  test('answers the same however often it is asked, and asks each judge once a time', () => {
    const board = new HealthBoard()
    const details = { books: 3 }
    let asked = 0
    board.add('books', { critical: false }, () => {
      asked += 1
      return { status: 'degraded', reason: 'stale', details }
    })
    const first = structuredClone(board.reports(10))
    for (let nowMs = 11; nowMs < 20; nowMs += 1) expect(board.reports(nowMs)).toEqual(first)
    expect(asked).toBe(10)
    for (const report of board.reports(20)) report.details['books'] = 0
    expect(board.reports(21)).toEqual(first)
  })

  test('takes a judge that throws as unhealthy, and the others are not touched', () => {
    const board = new HealthBoard()
    board.add('broken', { critical: true }, () => {
      throw new Error('no state')
    })
    board.add('well', { critical: true }, () => ({ status: 'healthy' }))
    expect(board.reports(1)).toMatchObject([
      { status: 'unhealthy', reason: 'no state' },
      { status: 'healthy' },
    ])
  })

  test('says what is not healthy even when the judge gives no reason', () => {
    const board = new HealthBoard()
    board.add('x', { critical: true }, () => ({ status: 'unhealthy' }))
    expect(board.reports(1)[0]?.reason).toBe('unhealthy')
  })

  test.each<{ status: Verdict['status']; obstacles: string[] }>([
    { status: 'starting', obstacles: ['x: why'] },
    { status: 'unhealthy', obstacles: ['x: why'] },
    { status: 'degraded', obstacles: [] },
    { status: 'healthy', obstacles: [] },
  ])('with a component that is $status, obstacles are $obstacles', ({ status, obstacles }) => {
    const board = new HealthBoard()
    board.add('x', { critical: false }, () => ({ status, reason: 'why' }))
    expect(board.obstacles(1)).toEqual(obstacles)
  })

  test('is not ready before anything reports', () => {
    expect(new HealthBoard().obstacles(1)).toEqual(['no component has reported yet'])
  })

  test('a gate holds back readiness, and is no report', () => {
    const board = new HealthBoard()
    board.add('x', { critical: false }, () => ({ status: 'healthy' }))
    let reason: string | undefined = 'the system starts'
    board.gate('system', () => reason)
    board.gate('broken', () => {
      if (reason) throw new Error('unreadable')
      return undefined
    })
    expect(board.obstacles(1)).toEqual(['system: the system starts', 'broken: unreadable'])
    expect(board.reports(1)).toHaveLength(1)
    reason = undefined
    expect(board.obstacles(1)).toEqual([])
  })

  test('refuses a name twice', () => {
    const board = new HealthBoard()
    const add = () => board.add('x', { critical: true }, () => ({ status: 'healthy' }))
    add()
    expect(add).toThrow('component x is on the board already')
    board.gate('g', () => undefined)
    expect(() => board.gate('g', () => undefined)).toThrow('gate g exists already')
  })
})
