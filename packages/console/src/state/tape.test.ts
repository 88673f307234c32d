import { describe, expect, test } from '@jest/globals'
import { trade } from '../testing/samples.ts'
import { emptyTape, onTapePaused, onTrades, tapeRows, type Tape } from './tape.ts'

const prints = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) =>
    trade({ trade_id: `t${from + index}`, timestamp_ms: from + index }),
  )
const ids = (tape: Tape) => tape.rows.map((row) => row.trade_id)

describe('the tape', () => {
  test('shows the newest first and keeps no more than its rows', () => {
    const tape = onTrades(onTrades(emptyTape, prints(0, 80)), prints(80, 160))
    expect(tape.rows).toHaveLength(tapeRows)
    expect([ids(tape)[0], ids(tape).at(-1)]).toEqual(['t159', 't60'])
    expect(tape.total).toBe(160)
  })

  test('of prints in the same millisecond the later one stands on top', () => {
    const same = [trade({ trade_id: 'first' }), trade({ trade_id: 'second' })]
    expect(ids(onTrades(emptyTape, same))).toEqual(['second', 'first'])
  })

  test('a snapshot that repeats known prints changes nothing', () => {
    const tape = onTrades(emptyTape, prints(0, 10))
    expect(onTrades(tape, prints(3, 10))).toBe(tape)
  })

  test('a late print goes to its place', () => {
    const tape = onTrades(emptyTape, [...prints(0, 3), ...prints(5, 8)])
    expect(ids(onTrades(tape, prints(4, 5)))).toEqual(['t7', 't6', 't5', 't4', 't2', 't1', 't0'])
  })

  test('paused, its rows hold still and what waits is counted in full; then the newest of it comes in', () => {
    const before = onTapePaused(onTrades(emptyTape, prints(0, 10)), true)
    const paused = onTrades(onTrades(before, prints(10, 200)), prints(150, 250))
    expect(paused.rows).toBe(before.rows)
    expect(paused.waitingCount).toBe(240)
    expect(paused.waiting).toHaveLength(tapeRows)
    const after = onTapePaused(paused, false)
    expect([ids(after)[0], ids(after).at(-1), after.waitingCount]).toEqual(['t249', 't150', 0])
  })
})
