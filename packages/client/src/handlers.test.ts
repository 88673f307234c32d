import { afterEach, expect, jest, test } from '@jest/globals'
import { Handlers } from './handlers.ts'

afterEach(() => {
  jest.restoreAllMocks()
})

test('every handler is called until it is disposed; the same function may be added twice', () => {
  const handlers = new Handlers<number>()
  const handler = jest.fn()
  const dispose = handlers.add(handler)
  handlers.add(handler)
  handlers.call(1)
  dispose()
  dispose()
  handlers.call(2)
  expect(handler.mock.calls).toEqual([[1], [1], [2]])
})

test('a handler that throws surfaces as an uncaught error, after the others had their turn', () => {
  const uncaught: (() => void)[] = []
  jest.spyOn(globalThis, 'queueMicrotask').mockImplementation((callback) => void uncaught.push(callback))
  const handlers = new Handlers<number>()
  const other = jest.fn()
  handlers.add(() => {
    throw new Error('broken handler')
  })
  handlers.add(other)
  handlers.call(1)
  expect(other).toHaveBeenCalledWith(1)
  expect(uncaught).toHaveLength(1)
  expect(uncaught[0]).toThrow('broken handler')
})
