import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { clientFrameSchema } from '@whalecast/events'
import { asyncApi } from '@whalecast/events/spec'
import { watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { clientFrameCases } from './support/client-frame-cases.ts'
import { connectClient } from './support/connect-client.ts'
import { openBroadcast, type Broadcast } from './support/open-broadcast.ts'

const document = asyncApi('localhost')
const cases = clientFrameCases(document)

let leaks: LeakWatch
let broadcast: Broadcast
beforeAll(async () => {
  leaks = watchLeaks()
  const hash = createHash('sha256').update('the-token').digest()
  const tokens = [{ name: 'bot', hash, scopes: ['market', 'account'] as const }]
  const access = { tokens, tokensFile: undefined, dataDir: '/nonexistent' }
  broadcast = await openBroadcast({ config: { access } })
})
afterAll(async () => {
  await broadcast.stop()
  await leaks.check()
})

test('the document holds an example of every message that a client may send', () => {
  const types = clientFrameSchema.options.map(({ shape }) => shape.type.value)
  expect(new Set(cases.map(({ note }) => note.split(':', 1)[0]))).toEqual(new Set(types))
  expect(cases.filter(({ note }) => note.endsWith(': as in the document')).every(({ valid }) => valid)).toBe(
    true,
  )
  expect(cases.filter(({ valid }) => !valid).length).toBeGreaterThan(100)
})

/** The errors that a frame is answered with, up to the answer to a ping behind it. */
async function errorsFor(
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly { readonly code: string; readonly message: string }[]> {
  using client = await connectClient(broadcast.url, { headers })
  client.send(text)
  client.send({ type: 'ping', timestamp_ms: 1_234_567 })
  await client.until(() => client.of('pong').some(({ data }) => data.timestamp_ms === 1_234_567))
  return client.of('error').map(({ data }) => data)
}

/** What the schema cannot say: these are about channels, places and tokens, not about the form of the frame. */
const aboutMeaning = new Set([
  'unknown_channel',
  'too_many_channels',
  'unauthorized',
  'not_subscribed',
  'bad_filter',
])
const isAboutMeaning = ({ code, message }: { readonly code: string; readonly message: string }) =>
  aboutMeaning.has(code) || message.includes('is no log of this frame')

/** A filter has an answer of its own. */
const isOfFilter = (note: string) => /: filter| in filter/.test(note)

test.each(cases.map((one) => [one.note, one] as const))('%s', async (note, { frame, valid, known }) => {
  const errors = await errorsFor(JSON.stringify(frame))
  if (valid) expect(errors.filter((error) => !isAboutMeaning(error))).toEqual([])
  else
    expect(errors.map(({ code }) => code)).toEqual([
      !known ? 'unknown_type' : isOfFilter(note) ? 'bad_filter' : 'bad_frame',
    ])
})

test.each(
  cases.filter(({ note }) => note.endsWith(': as in the document')).map((one) => [one.note, one] as const),
)('%s is obeyed without an error', async (_note, { frame }) => {
  const headers = { authorization: 'Bearer the-token' }
  expect(await errorsFor(JSON.stringify(frame), headers)).toEqual([])
})

test.each(['null', '7', '"ping"', '[]', '[{"type":"ping"}]', '{}', '{"type":null}', '{"type":{}}'])(
  '%s is no frame',
  async (text) => {
    expect((await errorsFor(text)).map(({ code }) => code)).toEqual(['bad_frame'])
  },
)

test.each(['', ' ', '{', '{"type":"ping"', "{'type':'ping'}", '{"type":"ping"}}', 'NaN', '{"type":"ping",}'])(
  '%j is no JSON',
  async (text) => {
    expect((await errorsFor(text)).map(({ code }) => code)).toEqual(['bad_json'])
  },
)
