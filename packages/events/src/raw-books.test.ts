import { expect, test } from '@jest/globals'
import { channels } from './channels.ts'
import { serverFrames } from './frames.ts'
import { parseChannel } from './wire/channels.ts'

const types = [
  ...Object.keys(serverFrames),
  ...Object.values(channels).flatMap((one) => Object.keys(one.types)),
]

test('no frame and no channel carries changes of a book, only whole ones', () => {
  expect(new Set(types.filter((type) => /book|level|depth/.test(type)))).toEqual(new Set(['book']))
  expect(types.filter((type) => /delta|change|update/.test(type))).toEqual(['trading_state_delta'])
  for (const name of ['orderbook', 'orderbook_delta', 'orderbook_delta:KXBTCD-1', 'book_delta:KXBTCD-1'])
    expect(parseChannel(name)).toBeUndefined()
})
