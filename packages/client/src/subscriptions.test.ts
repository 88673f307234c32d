import { describe, expect, test } from '@jest/globals'
import type { Position } from '@whalecast/events/wire'
import { Subscriptions } from './subscriptions.ts'

const parsed = (frames: readonly string[]): unknown[] => frames.map((text) => JSON.parse(text))

const places: Readonly<Record<string, Position>> = {
  whales: { epoch: 3, offset: 70 },
  feed: { epoch: 3, offset: 9 },
}
const nowhere = () => undefined

describe('on the first connection, where the server turns its defaults on', () => {
  test('nothing is said when the defaults are all that is wanted', () => {
    expect(new Subscriptions().introduction()).toEqual([])
  })

  test('everything asked for, and every default refused', () => {
    const subscriptions = new Subscriptions({ channels: ['tape'] })
    subscriptions.add(['feed', 'tape:KXTEST-A'])
    subscriptions.remove(['whales', 'tape'])
    expect(parsed(subscriptions.introduction())).toEqual([
      { type: 'unsubscribe', channels: ['whales'] },
      { type: 'subscribe', channels: ['feed', 'tape:KXTEST-A'] },
    ])
  })

  test('a refused default that is wanted again is asked for', () => {
    const subscriptions = new Subscriptions()
    subscriptions.remove(['whales'])
    subscriptions.add(['whales'])
    expect(parsed(subscriptions.introduction())).toEqual([{ type: 'subscribe', channels: ['whales'] }])
  })

  test('the trading state is asked for as changes, apart from the rest', () => {
    const channels = ['trading_state', 'tape']
    expect(parsed(new Subscriptions({ channels, delta: true }).introduction())).toEqual([
      { type: 'subscribe', channels: ['trading_state'], delta: true },
      { type: 'subscribe', channels: ['tape'] },
    ])
    expect(parsed(new Subscriptions({ channels }).introduction())).toEqual([
      { type: 'subscribe', channels: ['trading_state', 'tape'] },
    ])
  })

  test('so are books, in the same frame', () => {
    const channels = ['book:KXA', 'trading_state', 'ticker:KXA']
    expect(parsed(new Subscriptions({ channels, delta: true }).introduction())).toEqual([
      { type: 'subscribe', channels: ['book:KXA', 'trading_state'], delta: true },
      { type: 'subscribe', channels: ['ticker:KXA'] },
    ])
  })

  test('channels with equal options share a frame, others have one of their own', () => {
    const subscriptions = new Subscriptions({ channels: ['ticker:A'] })
    const filter = { min_size_dollars: 5_000, severity: ['S3' as const] }
    subscriptions.add(['whales', 'tape'], { filter, maxHz: 2 })
    subscriptions.add(['tape:A'], { maxHz: 2 })
    expect(parsed(subscriptions.introduction())).toEqual([
      { type: 'subscribe', channels: ['ticker:A'] },
      { type: 'subscribe', channels: ['whales', 'tape'], filter, max_hz: 2 },
      { type: 'subscribe', channels: ['tape:A'], max_hz: 2 },
    ])
  })

  test('more channels than one frame may carry go out in several', () => {
    const channels = Array.from({ length: 300 }, (_, index) => `tape:T${index}`)
    const frames = parsed(new Subscriptions({ channels }).introduction())
    expect(frames).toEqual([
      { type: 'subscribe', channels: channels.slice(0, 256) },
      { type: 'subscribe', channels: channels.slice(256) },
    ])
  })
})

describe('on a later connection, where nothing is on', () => {
  test('all that was on is asked for from where the client stands: defaults that were granted, and wishes', () => {
    const subscriptions = new Subscriptions({ channels: ['feed'] })
    // Without the scope for decisions the server does not turn them on, so they are not asked for either.
    subscriptions.confirm(['system', 'status', 'whales'])
    subscriptions.remove(['status'])
    expect(parsed(subscriptions.replay((channel) => places[channel]))).toEqual([
      { type: 'subscribe', channels: ['system', 'whales', 'feed'], resume: places },
    ])
  })

  test('a place goes only with the frame of its channel', () => {
    const subscriptions = new Subscriptions({ channels: ['feed'], defaults: false })
    subscriptions.add(['whales'], { filter: { min_severity: 'S3' } })
    expect(parsed(subscriptions.replay((channel) => places[channel]))).toEqual([
      { type: 'subscribe', channels: ['feed'], resume: { feed: places['feed'] } },
      {
        type: 'subscribe',
        channels: ['whales'],
        filter: { min_severity: 'S3' },
        resume: { whales: places['whales'] },
      },
    ])
  })

  test('without the defaults only what was asked for is on', () => {
    const subscriptions = new Subscriptions({ channels: ['whales'], defaults: false })
    subscriptions.confirm(['system', 'whales'])
    expect(parsed(subscriptions.replay(nowhere))).toEqual([{ type: 'subscribe', channels: ['whales'] }])
    expect(subscriptions.missing(['market', 'account'], nowhere)).toEqual([])
  })

  test('a default that a token opens is asked for, once it is known that it does', () => {
    const subscriptions = new Subscriptions()
    subscriptions.confirm(['system', 'status', 'health', 'whales', 'whale_queue'])
    expect(subscriptions.missing(['market'], nowhere)).toEqual([])
    expect(parsed(subscriptions.missing(['market', 'account'], nowhere))).toEqual([
      { type: 'subscribe', channels: ['decisions'] },
    ])
  })
})

test('a client that has places before its first connection asks from there; defaults that need a token wait for it', () => {
  const subscriptions = new Subscriptions()
  expect(parsed(subscriptions.replay((channel) => places[channel]))).toEqual([
    {
      type: 'subscribe',
      channels: ['system', 'status', 'health', 'whales', 'whale_queue'],
      resume: { whales: places['whales'] },
    },
  ])
})

describe('readers', () => {
  test('the last one that leaves gives a channel up, unless something else keeps it', () => {
    const subscriptions = new Subscriptions({ channels: ['tape'] })
    subscriptions.add(['feed'], {}, false)
    for (const channel of ['feed', 'feed', 'tape', 'whales']) subscriptions.reads(channel, 1)
    expect(subscriptions.reads('feed', -1)).toBe(false)
    expect(subscriptions.reads('feed', -1)).toBe(true)
    expect(subscriptions.reads('tape', -1)).toBe(false)
    expect(subscriptions.reads('whales', -1)).toBe(false)
  })

  test.each([
    { note: 'a default', channel: 'whales', options: {}, isNew: false },
    {
      note: 'a default with a filter',
      channel: 'whales',
      options: { filter: { severity: ['S4' as const] } },
      isNew: true,
    },
    { note: 'one that is asked for', channel: 'tape', options: {}, isNew: false },
    { note: 'one that is asked for, slower', channel: 'tape', options: { maxHz: 1 }, isNew: true },
    { note: 'one that nobody has', channel: 'feed', options: {}, isNew: true },
  ])('$note is new: $isNew', ({ channel, options, isNew }) => {
    expect(new Subscriptions({ channels: ['tape'] }).isNew(channel, options)).toBe(isNew)
  })
})

test('a channel is heard on this connection only after the server has said so', () => {
  const subscriptions = new Subscriptions()
  subscriptions.confirm(['whales'])
  expect(subscriptions.hears('whales')).toBe(true)
  subscriptions.opened()
  expect(subscriptions.hears('whales')).toBe(false)
})

test('a channel is expected when it was asked for or is on by default, until it is given up', () => {
  const subscriptions = new Subscriptions({ channels: ['tape'] })
  subscriptions.remove(['whales'])
  expect(['tape', 'system', 'whales', 'feed'].filter((name) => subscriptions.has(name))).toEqual([
    'tape',
    'system',
  ])
})
