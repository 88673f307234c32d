import { expect, test } from '@jest/globals'
import type { Identified } from './access.ts'
import { Credentials } from './credentials.ts'

/** A client is its name; tokens are answered when the test says so. */
function setUp() {
  const log: string[] = []
  const answers: ((identified: Identified) => void)[] = []
  const credentials: Credentials<string> = new Credentials({
    access: { identify: () => new Promise((resolve) => answers.push(resolve)) },
    onCaller: (client, { name }) => log.push(`${client} is ${name}`),
    onRefused: (client, reason) => log.push(`${client} refused: ${reason}`),
    onMessage: (client, { bytes }) => {
      const text = bytes.toString()
      log.push(`${client}: ${text}`)
      if (text === 'auth') credentials.show(client, 'again')
    },
    onExpiring: (client, inMs) => log.push(`${client} in ${inMs}`),
    onExpired: (client) => log.push(`${client} expired`),
  })
  const answer = async (identified: Identified) => {
    answers.shift()?.(identified)
    await new Promise(setImmediate)
  }
  return { credentials, log, answer }
}
const message = (text: string) => ({ bytes: Buffer.from(text), isBinary: false })
const desk: Identified = { ok: true, caller: { name: 'desk', scopes: ['market'] } }

test('what comes while a token is checked waits for the answer, in order', async () => {
  const { credentials, log, answer } = setUp()
  expect(credentials.holds('a', message('1'))).toBe('no')
  credentials.show('a', 'token')
  for (const text of ['2', 'auth', '3', '4']) expect(credentials.holds('a', message(text))).toBe('yes')
  expect(credentials.holds('b', message('1'))).toBe('no')
  await answer(desk)
  expect(log).toEqual(['a is desk', 'a: 2', 'a: auth'])
  expect(credentials.holds('a', message('5'))).toBe('yes')
  await answer({ ok: false, reason: 'token' })
  expect(log.slice(3)).toEqual(['a refused: token', 'a: 3', 'a: 4', 'a: 5'])
  expect(credentials.holds('a', message('6'))).toBe('no')
})

test('who is gone before the answer is not spoken of again', async () => {
  const { credentials, log, answer } = setUp()
  credentials.show('a', 'token')
  credentials.holds('a', message('1'))
  credentials.forget('a')
  await answer(desk)
  expect(log).toEqual([])
})

test('only so much waits', () => {
  const { credentials } = setUp()
  credentials.show('a', 'token')
  for (let index = 0; index < 64; index++) expect(credentials.holds('a', message('x'))).toBe('yes')
  expect(credentials.holds('a', message('x'))).toBe('overflow')
  credentials.show('b', 'token')
  expect(credentials.holds('b', message('x'.repeat(65_536)))).toBe('yes')
  expect(credentials.holds('b', message('x'))).toBe('overflow')
})

test('the end of a token is told a minute before, once, and then it is the end', () => {
  const { credentials, log } = setUp()
  credentials.watch('a', { name: 'a', scopes: [], expiresAtMs: 100_000 })
  credentials.watch('b', { name: 'b', scopes: [] })
  credentials.tick(39_999)
  expect(log).toEqual([])
  credentials.tick(40_000)
  credentials.tick(50_000)
  expect(log).toEqual(['a in 60000'])
  credentials.tick(100_000)
  credentials.tick(100_001)
  expect(log).toEqual(['a in 60000', 'a expired'])
})

test('another token takes the place of the one before, with an end of its own or none', () => {
  const { credentials, log } = setUp()
  credentials.watch('a', { name: 'a', scopes: [], expiresAtMs: 100_000 })
  credentials.tick(70_000)
  credentials.watch('a', { name: 'a', scopes: [], expiresAtMs: 200_000 })
  credentials.tick(100_000)
  expect(log).toEqual(['a in 30000'])
  credentials.tick(150_000)
  expect(log).toEqual(['a in 30000', 'a in 50000'])
  credentials.watch('a', { name: 'a', scopes: [] })
  credentials.tick(300_000)
  expect(log).toHaveLength(2)
})
