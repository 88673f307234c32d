import { expect, test } from '@jest/globals'
import { Subscriptions } from './subscriptions.ts'

test('a channel has exactly the listeners that asked and did not take it back', () => {
  const subscriptions = new Subscriptions<string>()
  expect(subscriptions.add('a', 'whales')).toBe(true)
  expect(subscriptions.add('a', 'whales')).toBe(false)
  subscriptions.add('b', 'whales')
  subscriptions.add('b', 'tape')
  expect([...subscriptions.listeners('whales')]).toEqual(['a', 'b'])
  expect(subscriptions.delete('b', 'whales')).toBe(true)
  expect(subscriptions.delete('b', 'whales')).toBe(false)
  expect([...subscriptions.listeners('whales')]).toEqual(['a'])
  expect(subscriptions.of('b')).toEqual(['tape'])
})

test('who is gone leaves nothing, and goes once', () => {
  const subscriptions = new Subscriptions<string>()
  subscriptions.add('a', 'tape:KXA')
  subscriptions.add('a', 'whales')
  expect(subscriptions.drop('a')).toEqual(['tape:KXA', 'whales'])
  expect(subscriptions.drop('a')).toEqual([])
  expect([subscriptions.has('whales'), subscriptions.has('tape:KXA')]).toEqual([false, false])
})

test('listeners may come and go while they are visited', () => {
  const subscriptions = new Subscriptions<number>()
  for (let client = 0; client < 100; client++) subscriptions.add(client, 'whales')
  const visited: number[] = []
  for (const client of subscriptions.listeners('whales')) {
    visited.push(client)
    subscriptions.drop(client)
    subscriptions.drop(client + 1)
  }
  expect(visited).toEqual(Array.from({ length: 50 }, (_, index) => index * 2))
})
