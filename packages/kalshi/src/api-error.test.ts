import { describe, expect, test } from '@jest/globals'
import { KalshiApiError, parseErrorBody } from './api-error.ts'

describe('parseErrorBody', () => {
  test.each([
    {
      shape: 'nested',
      body: { error: { code: 'authentication_error', message: 'no', details: 'NOT_FOUND' } },
      expected: { code: 'authentication_error', message: 'no', details: 'NOT_FOUND' },
    },
    {
      shape: 'nested, without details',
      body: { error: { code: 'header_timestamp_expired', message: 'old' } },
      expected: { code: 'header_timestamp_expired', message: 'old', details: null },
    },
    {
      shape: 'flat',
      body: { code: 'bad_request', message: 'json', details: 'line 1' },
      expected: { code: 'bad_request', message: 'json', details: 'line 1' },
    },
    { shape: 'msg', body: { msg: 'limit' }, expected: { code: 'http_400', message: 'limit', details: null } },
    {
      shape: 'text',
      body: { error: 'too many requests' },
      expected: { code: 'http_400', message: 'too many requests', details: null },
    },
    {
      shape: 'a page of a proxy',
      body: `<html>${'x'.repeat(500)}`,
      expected: { code: 'http_400', message: `<html>${'x'.repeat(194)}`, details: null },
    },
    {
      shape: 'nothing',
      body: null,
      expected: { code: 'http_400', message: 'The exchange refused the request', details: null },
    },
    {
      shape: 'wrong types',
      body: { error: { code: 7, message: [] }, msg: {} },
      expected: { code: 'http_400', message: 'The exchange refused the request', details: null },
    },
  ])('$shape', ({ body, expected }) => {
    expect(parseErrorBody(400, body)).toEqual(expected)
  })
})

test.each([
  { status: 400, retryable: false },
  { status: 401, retryable: false },
  { status: 404, retryable: false },
  { status: 409, retryable: false },
  { status: 429, retryable: true },
  { status: 500, retryable: true },
  { status: 503, retryable: true },
  { status: null, retryable: true },
])('status $status: retryable $retryable', ({ status, retryable }) => {
  expect(new KalshiApiError(status, { code: 'c', message: 'm', details: null }).retryable).toBe(retryable)
})
