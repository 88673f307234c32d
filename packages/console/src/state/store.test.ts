import { expect, jest, test } from '@jest/globals'
import { trade } from '../testing/samples.ts'
import { createStore } from './store.ts'

test('a burst of inputs is applied and told once, at the scheduled moment', () => {
  const flushes: (() => void)[] = []
  const store = createStore((flush) => void flushes.push(flush))
  const listener = jest.fn()
  const unsubscribe = store.subscribe(listener)
  for (let n = 0; n < 500; n += 1) {
    const data = trade({ trade_id: `t${n}` })
    store.dispatch({ type: 'frame', frame: { type: 'trade', ts: 1, data }, atMs: n })
  }
  expect(flushes).toHaveLength(1)
  expect(store.snapshot().tape.total).toBe(0)
  flushes[0]?.()
  expect(store.snapshot().tape.total).toBe(500)
  expect(listener).toHaveBeenCalledTimes(1)

  unsubscribe()
  store.dispatch({ type: 'tape_paused', paused: true })
  flushes[1]?.()
  expect(store.snapshot().tape.paused).toBe(true)
  expect(listener).toHaveBeenCalledTimes(1)
})
