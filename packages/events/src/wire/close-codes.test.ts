import { describe, expect, test } from '@jest/globals'
import { closeCodes, shouldReconnect } from './close-codes.ts'

describe('shouldReconnect', () => {
  test.each([
    { note: 'normal closure', code: 1000, expected: false },
    { note: 'going away', code: 1001, expected: true },
    { note: 'policy violation', code: 1008, expected: false },
    { note: 'service restart', code: closeCodes.serviceRestart, expected: true },
    { note: 'unauthorized', code: closeCodes.unauthorized, expected: false },
    { note: 'last of the final range', code: 4399, expected: false },
    { note: 'first of the reconnect range', code: 4400, expected: true },
    { note: 'slow consumer', code: closeCodes.slowConsumer, expected: true },
    { note: 'outside every range', code: 5000, expected: false },
  ])('$note: $code', ({ code, expected }) => {
    expect(shouldReconnect(code)).toBe(expected)
  })

  test('no two reasons share a code', () => {
    const codes = Object.values(closeCodes)
    expect(new Set(codes).size).toBe(codes.length)
  })
})
