import { expect, test } from '@jest/globals'
import { FlushWindow } from './flush-window.ts'

function openWindow(fixedMs?: number) {
  const state = { now: 0, busy: 0 }
  const window = new FlushWindow({ fixedMs, utilization: () => state.busy, monotonicMs: () => state.now })
  const after = (looks: number, busy: number) => {
    state.busy = busy
    for (let look = 0; look < looks; look++) {
      state.now += 100
      window.ms()
    }
    return window.ms()
  }
  return { window, after }
}

test('an idle process writes at once, a busy one gathers for up to 10 ms, and it comes back', () => {
  const { after } = openWindow()
  expect(after(5, 0.2)).toBe(0)
  expect(after(3, 0.9)).toBe(3)
  expect(after(50, 0.9)).toBe(10)
  expect(after(5, 0.6)).toBe(10)
  expect(after(4, 0.3)).toBe(6)
  expect(after(50, 0.3)).toBe(0)
})

test('between two looks it stays as it is', () => {
  const { window, after } = openWindow()
  expect(after(1, 1)).toBe(1)
  expect(Array.from({ length: 10 }, () => window.ms())).toEqual(Array(10).fill(1))
})

test('a fixed window does not move', () => {
  const { after } = openWindow(5)
  expect(after(20, 1)).toBe(5)
  expect(after(20, 0)).toBe(5)
})
