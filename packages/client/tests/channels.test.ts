import { expect, test } from '@jest/globals'
import type { ServerFrame } from '@whalecast/client'
import { openClient } from './open-client.ts'
import { openServer } from './open-server.ts'

const on = (channel: string) => ({ channel })
const trade = (ticker: string) => ({ trade_id: ticker, market_ticker: ticker })

test('a handler gets the frames of its channel alone, and the last one that leaves gives the channel up', async () => {
  await using server = await openServer()
  using opened = openClient({ url: server.url })
  const { client } = opened
  const peer = await server.accept()
  const errors = client.frames({ types: ['error'] })
  const seen: string[] = []
  const first = client.subscribe('tape:KXA', ({ data }) => seen.push(`1 ${data.market_ticker}`))
  const second = client.subscribe('tape:KXA', ({ data }) => seen.push(`2 ${data.market_ticker}`))
  // Whatever is on by default is not asked for again, and stays when its reader leaves.
  client.subscribe('whales', () => seen.push('whale'))()
  expect(await peer.next(1)).toEqual([{ type: 'subscribe', channels: ['tape:KXA'] }])
  peer.say('trade', trade('KXA'), on('tape:KXA'))
  peer.say('trade', trade('KXA'), on('tape'))
  peer.say('trade', trade('KXB'), on('tape:KXB'))
  peer.say('error', { code: 'bad_json', message: '' })
  await errors.next()
  first()
  first()
  peer.say('trade', trade('KXA'), on('tape:KXA'))
  peer.say('error', { code: 'bad_json', message: '' })
  await errors.next()
  expect(seen).toEqual(['1 KXA', '2 KXA', '2 KXA'])
  second()
  expect(await peer.next(1)).toEqual([{ type: 'unsubscribe', channels: ['tape:KXA'] }])
})

test('filter and pace go to the server, again after every reconnect', async () => {
  await using server = await openServer()
  using opened = openClient({ url: server.url, defaults: false })
  const { client } = opened
  const first = await server.accept()
  const filter = { min_size_dollars: 25_000, ticker_prefix: ['KXNFL'] }
  client.subscribe('whales', () => undefined, { filter })
  client.subscribe(['ticker:KXA', 'ticker:KXB'], { maxHz: 2 })
  const asked = [
    { type: 'subscribe', channels: ['whales'], filter },
    { type: 'subscribe', channels: ['ticker:KXA', 'ticker:KXB'], max_hz: 2 },
  ]
  expect(await first.next(2)).toEqual(asked)
  await first.close(1012)
  expect(await (await server.accept()).next(2)).toEqual(asked)
})

test('another filter begins the channel anew: its history is no loss and no duplicate', async () => {
  await using server = await openServer()
  using opened = openClient({ url: server.url, defaults: false })
  const { client } = opened
  const peer = await server.accept()
  const frames = client.frames({ types: ['feed_state', 'gap'] })
  const entry = (offset: number, prev: number) => ({ channel: 'feed', epoch: 1, offset, prev })
  client.subscribe(['feed'])
  peer.say('feed_state', {}, entry(10, 9))
  await frames.next()
  client.subscribe(['feed'], { filter: { severity: ['S4'] } })
  peer.say('feed_state', {}, entry(2, 1))
  peer.say('feed_state', {}, entry(14, 12))
  expect((await frames.next()).value?.offset).toBe(2)
  expect((await frames.next()).value?.type).toBe('gap')
})

test('a stream of a channel ends its subscription when the reader leaves the loop', async () => {
  await using server = await openServer()
  using opened = openClient({ url: server.url, defaults: false })
  const { client } = opened
  const peer = await server.accept()
  const tickers: string[] = []
  const reading = (async () => {
    for await (const { data } of client.stream('tape:KXNFL*')) {
      tickers.push(data.market_ticker)
      if (tickers.length === 2) break
    }
  })()
  await peer.heard('subscribe')
  peer.say('trade', trade('KXA'), on('tape:KXNFL*'))
  peer.say('trade', trade('KXB'), on('tape:KXNFL*'))
  await reading
  expect(tickers).toEqual(['KXA', 'KXB'])
  expect(await peer.next(1)).toEqual([{ type: 'unsubscribe', channels: ['tape:KXNFL*'] }])
})

test('a reader is told of the gaps of its own channel', async () => {
  await using server = await openServer()
  using opened = openClient({ url: server.url })
  const { client } = opened
  const peer = await server.accept()
  const told: (number | undefined)[] = []
  const onGap = ({ data }: ServerFrame<'gap'>) => told.push(data.from)
  client.subscribe('feed', ({ offset }) => told.push(offset), { onGap })
  const errors = client.frames({ types: ['error'] })
  const say = (channel: string, offset: number, prev: number) =>
    peer.say('feed_state', {}, { channel, epoch: 1, offset, prev })
  say('feed', 1, 0)
  say('feed', 5, 4)
  say('whales', 1, 0)
  say('whales', 9, 8)
  peer.say('error', { code: 'bad_json', message: '' })
  await errors.next()
  expect(told).toEqual([1, 2, 5])
})

test('a channel without a handler is a mistake of the program', async () => {
  await using server = await openServer()
  using opened = openClient({ url: server.url })
  // @ts-expect-error a handler is missing
  expect(() => opened.client.subscribe('whales')).toThrow(TypeError)
})
