import { describe, expect, test } from '@jest/globals'
import { EventQueue } from './event-queue.ts'

const makeQueue = (onPull = () => {}) => new EventQueue<string>((event) => event.length, onPull)
const done = { done: true, value: undefined }
const value = (text: string) => ({ done: false, value: text })

describe('EventQueue', () => {
  test('keeps the order through growth and wrap-around', async () => {
    const queue = makeQueue()
    const pulled: unknown[] = []
    let pushed = 0
    // Pushes 3 and pulls 2 at a time, so that the ring's start moves while it grows.
    for (let round = 0; round < 500; round += 1) {
      for (let i = 0; i < 3; i += 1, pushed += 1) queue.push(`${pushed}`)
      for (let i = 0; i < 2; i += 1) pulled.push((await queue.next()).value)
    }
    expect(queue.size).toBe(500)
    while (queue.size > 0) pulled.push((await queue.next()).value)
    expect(pulled).toEqual(Array.from({ length: 1_500 }, (_, i) => `${i}`))
    expect(queue.chars).toBe(0)
  })

  test('hands an event straight to who waits, in the order of waiting', async () => {
    const queue = makeQueue()
    const waiting = [queue.next(), queue.next()]
    queue.push('a')
    queue.push('b')
    expect(queue.size).toBe(0)
    expect(await Promise.all(waiting)).toEqual([value('a'), value('b')])
  })

  test('counts what lies there and tells of each pull', async () => {
    let pulls = 0
    const queue = makeQueue(() => (pulls += 1))
    queue.push('four')
    queue.push('seven')
    expect([queue.size, queue.chars, pulls]).toEqual([2, 9, 0])
    await queue.next()
    expect([queue.size, queue.chars, pulls]).toEqual([1, 5, 1])
  })

  test('after the end comes first what was queued, then the end for good', async () => {
    const queue = makeQueue()
    queue.push('last')
    queue.end()
    queue.push('too late')
    expect([await queue.next(), await queue.next(), await queue.next()]).toEqual([value('last'), done, done])
  })

  test('discarding drops what is queued and keeps whoever waits until the end', async () => {
    const queue = makeQueue()
    queue.push('dropped')
    queue.discard()
    const waiting = queue.next()
    queue.push('refused')
    queue.end()
    expect([await waiting, await queue.next()]).toEqual([done, done])
  })

  test('a failure surfaces once, then it is over', async () => {
    const waited = makeQueue()
    const waiting = waited.next()
    waited.end({ error: new Error('broken') })
    await expect(waiting).rejects.toThrow('broken')
    expect(await waited.next()).toEqual(done)

    const later = makeQueue()
    later.end({ error: new Error('broken') })
    await expect(later.next()).rejects.toThrow('broken')
    expect(await later.next()).toEqual(done)
  })
})
