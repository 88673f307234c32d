import type { OrderResult } from '@whalecast/events'
import { describe, expect, test } from '@jest/globals'
import { makeOrder, startMs } from '../testing/samples.ts'
import { OrderMemory } from './order-memory.ts'
import { toResult } from './results.ts'

const resultOf = (id: string, nowMs = startMs): OrderResult =>
  toResult(
    makeOrder({ client_order_id: id }),
    { status: 'expired', reason: 'late' },
    { broker: 'paper', nowMs },
  )

describe('what became of orders', () => {
  test('is known again from what was committed', () => {
    const memory = new OrderMemory(new Map())
    memory.add(resultOf('a'), startMs)
    const { set, del } = memory.takeChanges()
    expect(del).toEqual([])
    expect(memory.takeChanges()).toEqual({ set: {}, del: [] })
    const again = new OrderMemory(new Map([...Object.entries(set), ['paper', '{}']]))
    expect(again.get('a')).toEqual(resultOf('a'))
    expect(again.size).toBe(1)
  })

  test('is forgotten after a day', () => {
    const memory = new OrderMemory(new Map([['order:a', JSON.stringify(resultOf('a'))]]))
    const laterMs = startMs + 24 * 3_600_000 + 1
    memory.add(resultOf('b', laterMs), laterMs)
    expect(memory.get('a')).toBeUndefined()
    expect(memory.takeChanges()).toMatchObject({ set: { 'order:b': expect.any(String) }, del: ['order:a'] })
  })

  test('is bounded in number, the oldest go', () => {
    const memory = new OrderMemory(new Map())
    for (let n = 0; n < 5_003; n += 1) memory.add(resultOf(`o${n}`, startMs + n), startMs + n)
    expect(memory.size).toBe(5_000)
    expect(memory.get('o2')).toBeUndefined()
    expect(memory.get('o3')).toBeDefined()
    // What was never committed needs no field; what might have been is deleted.
    const { set, del } = memory.takeChanges()
    expect(Object.keys(set)).toHaveLength(5_000)
    expect(del).toEqual(['order:o0', 'order:o1', 'order:o2'])
  })

  test.each([
    { note: 'no JSON', field: 'order:a', text: '{' },
    { note: 'no result', field: 'order:a', text: '{}' },
    { note: 'of another order', field: 'order:b', text: JSON.stringify(resultOf('a')) },
  ])('a field that makes no sense is given up: $note', ({ field, text }) => {
    const memory = new OrderMemory(new Map([[field, text]]))
    expect(memory.size).toBe(0)
    expect(memory.takeChanges().del).toEqual([field])
  })
})
