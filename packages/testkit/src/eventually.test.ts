import { describe, expect, test } from '@jest/globals'
import { eventually } from './eventually.ts'

describe('eventually', () => {
  test('gives the first answer that is not false', async () => {
    let calls = 0
    expect(await eventually(() => (++calls < 3 ? false : calls))).toBe(3)
  })

  test('takes an assertion that throws as not yet', async () => {
    let calls = 0
    await eventually(() => {
      expect(++calls).toBe(2)
    })
    expect(calls).toBe(2)
  })

  test('says what the last attempt said', async () => {
    const never = eventually(
      () => {
        throw new Error('no whale')
      },
      { timeoutMs: 30 },
    )
    await expect(never).rejects.toThrow('not within 30 ms: no whale')
  })

  test('says that the condition stayed false', async () => {
    await expect(eventually(() => false, { timeoutMs: 1 })).rejects.toThrow('still false')
  })
})
