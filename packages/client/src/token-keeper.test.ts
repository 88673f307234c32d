import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { TokenKeeper, type TokenSource } from './token-keeper.ts'

beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
})

const openKeeper = (source: TokenSource | undefined) => {
  const shown: string[] = []
  let failures = 0
  const keeper = new TokenKeeper({
    source,
    show: (token) => shown.push(token),
    onFailure: () => (failures += 1),
    random: () => 0.5,
  })
  return { keeper, shown, failures: () => failures }
}

/** A source whose tokens are numbered. */
const numbered = () => {
  let asked = 0
  return () => `token ${(asked += 1)}`
}

describe('a token that ends', () => {
  test.each([
    {
      note: 'an hour: 90 s before its end, spread over half a minute',
      holdsMs: 3_600_000,
      afterMs: 3_495_000,
    },
    { note: 'a minute: half way', holdsMs: 60_000, afterMs: 30_000 },
    { note: 'two seconds: not faster than every five', holdsMs: 2_000, afterMs: 5_000 },
  ])('$note', async ({ holdsMs, afterMs }) => {
    const { keeper, shown } = openKeeper(numbered())
    keeper.holdsFor(holdsMs)
    await jest.advanceTimersByTimeAsync(afterMs - 1)
    expect(shown).toEqual([])
    await jest.advanceTimersByTimeAsync(1)
    expect(shown).toEqual(['token 1'])
    keeper.stop()
  })

  test('the reminder of the server is heeded once, not again while a fresh one is under way', async () => {
    const { keeper, shown } = openKeeper(numbered())
    keeper.complained('token_expiring')
    keeper.complained('token_expiring')
    await jest.advanceTimersByTimeAsync(0)
    expect(shown).toEqual(['token 1'])
    keeper.stop()
  })

  test('a source that fails is asked again every five seconds', async () => {
    let asked = 0
    const { keeper, shown, failures } = openKeeper(async () => {
      asked += 1
      if (asked < 3) throw new Error('no network')
      return 'at last'
    })
    keeper.complained('token_expiring')
    await jest.advanceTimersByTimeAsync(10_000)
    expect(shown).toEqual(['at last'])
    expect(failures()).toBe(2)
    keeper.stop()
  })

  test('what was asked for on a connection is not shown on the next', async () => {
    let give: (token: string) => void = () => undefined
    const { keeper, shown } = openKeeper(() => new Promise<string>((resolve) => (give = resolve)))
    keeper.complained('token_expiring')
    keeper.stop()
    give('late')
    await jest.advanceTimersByTimeAsync(60_000)
    expect(shown).toEqual([])
    expect(jest.getTimerCount()).toBe(0)
  })
})

test('a server that cannot look at a token just now is shown it again', async () => {
  const { keeper, shown } = openKeeper('fixed')
  keeper.complained('unavailable')
  keeper.complained('unauthorized')
  await jest.advanceTimersByTimeAsync(60_000)
  expect(shown).toEqual(['fixed'])
  keeper.stop()
})

test.each([
  { note: 'a fixed token', source: 'fixed', holdsMs: 60_000 },
  { note: 'no token', source: undefined, holdsMs: 60_000 },
  { note: 'one without an end', source: numbered(), holdsMs: undefined },
])('$note is not refreshed', ({ source, holdsMs }) => {
  const { keeper } = openKeeper(source)
  keeper.holdsFor(holdsMs)
  keeper.complained(source === 'fixed' ? 'token_expiring' : 'bad_frame')
  expect(jest.getTimerCount()).toBe(0)
})

test('a token that holds longer than a timer can wait is refreshed early, not at once', async () => {
  const { keeper, shown } = openKeeper(numbered())
  keeper.holdsFor(90 * 86_400_000)
  await jest.advanceTimersByTimeAsync(86_400_000)
  expect(shown).toEqual([])
  keeper.stop()
})
