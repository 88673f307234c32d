import { describe, expect, test } from '@jest/globals'
import { ClosedError, ConnectFailedError, HandshakeError, IdleError } from './errors.ts'

describe('HandshakeError', () => {
  test.each([
    { status: 301, retryable: false },
    { status: 400, retryable: false },
    { status: 401, retryable: false },
    { status: 403, retryable: false },
    { status: 404, retryable: false },
    { status: 408, retryable: true },
    { status: 429, retryable: true },
    { status: 500, retryable: true },
    { status: 502, retryable: true },
    { status: 503, retryable: true },
  ])('HTTP $status: retryable $retryable', ({ status, retryable }) => {
    expect(new HandshakeError({ status, body: '', headers: {} }).retryable).toBe(retryable)
  })

  test.each([
    { note: 'seconds', header: '7', expected: 7_000 },
    { note: 'a date', header: 'Wed, 21 Oct 2026 07:28:00 GMT', expected: undefined },
    { note: 'nonsense', header: '-1', expected: undefined },
    { note: 'nothing', header: undefined, expected: undefined },
  ])('Retry-After with $note', ({ header, expected }) => {
    const headers = header === undefined ? {} : { 'retry-after': header }
    expect(new HandshakeError({ status: 503, body: '', headers }).retryAfterMs).toBe(expected)
  })
})

test('whatever else ends a connection is worth another try', () => {
  const errors = [new ConnectFailedError('refused'), new ClosedError(1006, ''), new IdleError(45_000)]
  expect(errors.map((error) => [error.name, error.retryable])).toEqual([
    ['ConnectFailedError', true],
    ['ClosedError', true],
    ['IdleError', true],
  ])
})
