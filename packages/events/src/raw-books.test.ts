import { expect, test } from '@jest/globals'
import { channels } from './channels.ts'
import { serverFrames } from './frames.ts'
import { parseChannel } from './wire/channels.ts'

const ofTheBus = Object.values(channels).flatMap((one) => Object.keys(one.types))
const ofBooks = (types: readonly string[]) =>
  new Set(types.filter((type) => /book|level|depth|delta|change|update/.test(type)))

test('raw changes of a book have no channel and no frame; what a client may ask for is the difference of two whole ones', () => {
  expect(ofBooks(ofTheBus)).toEqual(new Set(['book']))
  expect(ofBooks(Object.keys(serverFrames))).toEqual(new Set(['book', 'book_delta', 'trading_state_delta']))
  // Each names the whole that it starts from and the one that it leads to: it is made of both.
  expect(Object.keys(serverFrames.book_delta.shape)).toEqual(
    expect.arrayContaining(['base_version', 'version']),
  )
  for (const name of ['orderbook', 'orderbook_delta', 'orderbook_delta:KXBTCD-1', 'book_delta:KXBTCD-1'])
    expect(parseChannel(name)).toBeUndefined()
})
