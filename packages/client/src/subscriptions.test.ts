import { describe, expect, test } from '@jest/globals'
import { Subscriptions } from './subscriptions.ts'

const parsed = (frames: readonly string[]): unknown[] => frames.map((text) => JSON.parse(text))

describe('what is replayed on a fresh connection', () => {
  test('nothing when the defaults are all that is wanted', () => {
    expect(new Subscriptions().replay()).toEqual([])
  })

  test('everything asked for, and every default refused', () => {
    const subscriptions = new Subscriptions(['tape'])
    subscriptions.add(['feed', 'tape:KXTEST-A'])
    subscriptions.remove(['whales', 'tape'])
    expect(parsed(subscriptions.replay())).toEqual([
      { type: 'unsubscribe', channels: ['whales'] },
      { type: 'subscribe', channels: ['feed', 'tape:KXTEST-A'] },
    ])
  })

  test('a refused default that is wanted again is asked for', () => {
    const subscriptions = new Subscriptions()
    subscriptions.remove(['whales'])
    subscriptions.add(['whales'])
    expect(parsed(subscriptions.replay())).toEqual([{ type: 'subscribe', channels: ['whales'] }])
  })

  test('the trading state is asked for as changes, apart from the rest', () => {
    const subscriptions = new Subscriptions(['trading_state', 'tape'], true)
    expect(parsed(subscriptions.replay())).toEqual([
      { type: 'subscribe', channels: ['tape'] },
      { type: 'subscribe', channels: ['trading_state'], delta: true },
    ])
    expect(parsed(new Subscriptions(['trading_state']).replay())).toEqual([
      { type: 'subscribe', channels: ['trading_state'] },
    ])
  })

  test('more channels than one frame may carry go out in several', () => {
    const channels = Array.from({ length: 300 }, (_, index) => `tape:T${index}`)
    const frames = parsed(new Subscriptions(channels).replay())
    expect(frames).toEqual([
      { type: 'subscribe', channels: channels.slice(0, 256) },
      { type: 'subscribe', channels: channels.slice(256) },
    ])
  })
})

test('a channel is expected when it was asked for or is on by default, until it is given up', () => {
  const subscriptions = new Subscriptions(['tape'])
  subscriptions.remove(['whales'])
  expect(['tape', 'system', 'whales', 'feed'].filter((name) => subscriptions.has(name))).toEqual([
    'tape',
    'system',
  ])
})
