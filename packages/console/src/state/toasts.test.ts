import { describe, expect, test } from '@jest/globals'
import { activity, nowMs } from '../testing/samples.ts'
import {
  noToasts,
  onToastActivity,
  onToastDismissed,
  onToastsHeld,
  settleToasts,
  toastsDueAtMs,
  type Toasts,
} from './toasts.ts'

const fill = (id: string) => activity({ activity_id: id, activity_type: 'order_fill' })
const add = (toasts: Toasts, id: string, atMs = nowMs) =>
  onToastActivity(toasts, fill(id), { atMs, ageMs: 0 })
const ids = (toasts: Toasts) => toasts.shown.map((toast) => toast.activity.activity_id)

describe('toasts', () => {
  test('fills and settlements come up, for five seconds; nothing else does', () => {
    const settled = onToastActivity(add(noToasts, 'f'), activity({ activity_type: 'settlement' }), {
      atMs: nowMs + 10,
      ageMs: 0,
    })
    expect(ids(settled)).toEqual(['f', 'a1'])
    expect(toastsDueAtMs(settled)).toBe(nowMs + 5_000)
    expect(ids(settleToasts(settled, nowMs + 4_999))).toEqual(['f', 'a1'])
    expect(ids(settleToasts(settled, nowMs + 5_000))).toEqual(['a1'])
    expect(onToastActivity(noToasts, activity(), { atMs: nowMs, ageMs: 0 })).toBe(noToasts)
  })

  test('never more than three: the oldest goes', () => {
    expect(ids(['1', '2', '3', '4', '5'].reduce((toasts, id) => add(toasts, id), noToasts))).toEqual([
      '3',
      '4',
      '5',
    ])
  })

  test('history does not come up', () => {
    expect(onToastActivity(noToasts, fill('old'), { atMs: nowMs, ageMs: 15_001 })).toBe(noToasts)
  })

  test('one is dismissed, the others stay', () => {
    expect(ids(onToastDismissed(add(add(noToasts, '1'), '2'), '1'))).toEqual(['2'])
  })

  test('under the pointer none goes, and let go each has its time again', () => {
    const held = onToastsHeld(add(noToasts, '1'), true, nowMs)
    expect(toastsDueAtMs(held)).toBe(Infinity)
    expect(ids(settleToasts(held, nowMs + 60_000))).toEqual(['1'])
    const released = onToastsHeld(held, false, nowMs + 60_000)
    expect(toastsDueAtMs(released)).toBe(nowMs + 65_000)
  })

  test('with the last one dismissed under the pointer, the next is not held', () => {
    const held = onToastsHeld(add(noToasts, '1'), true, nowMs)
    expect(toastsDueAtMs(add(onToastDismissed(held, '1'), '2'))).toBe(nowMs + 5_000)
  })
})
