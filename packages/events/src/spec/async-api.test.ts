import { describe, expect, test } from '@jest/globals'
import { serverFrames } from '../frames.ts'
import { wireChannels } from '../wire/channels.ts'
import { asyncApi } from './async-api.ts'

const { channels, components } = asyncApi('example.org')
const schemaOf = (type: string): unknown => {
  const name = components.messages[type]?.payload.$ref.split('/').at(-1) ?? ''
  return components.schemas[name]
}

describe('asyncApi', () => {
  test('knows every frame of the server, and every channel by the name that a client asks for', () => {
    const own = Object.keys(components.messages).filter((name) => !name.startsWith('client_'))
    expect(new Set(own)).toEqual(new Set(Object.keys(serverFrames)))
    expect(Object.keys(channels)).toEqual(['socket', ...Object.keys(wireChannels)])
    expect(channels['book']).toMatchObject({ address: 'book:{ticker}', 'x-class': 'latest' })
  })

  test('every message is on a channel', () => {
    const placed = Object.values(channels).flatMap(({ messages }) => Object.keys(messages))
    expect(new Set(placed)).toEqual(new Set(Object.keys(components.messages)))
  })

  test.each([
    { type: 'whale', required: ['type', 'ts', 'channel', 'epoch', 'offset', 'prev', 'data'] },
    { type: 'whale_processing', required: ['type', 'ts', 'channel', 'data'] },
    { type: 'whale_queue', required: ['type', 'ts', 'channel', 'version', 'data'] },
    // A replica that speaks for itself has no version to tell.
    { type: 'health', required: ['type', 'ts', 'channel', 'data'] },
    { type: 'trade', required: ['type', 'ts', 'channel', 'data'] },
    { type: 'pong', required: ['type', 'ts', 'data'] },
  ])('a frame $type has its envelope', ({ type, required }) => {
    expect(schemaOf(type)).toMatchObject({ required, properties: { type: { const: type } } })
  })

  test('the names of a channel in a frame are those that can be asked for', () => {
    expect(schemaOf('whale')).toMatchObject({ properties: { channel: { const: 'whales' } } })
    expect(schemaOf('gap')).toMatchObject({
      properties: { channel: { enum: ['system', 'whales', 'decisions', 'feed'] } },
    })
  })
})
