import { describe, expect, test } from '@jest/globals'
import { readClientFrame } from './client-frame.ts'

describe('readClientFrame', () => {
  test.each([
    { note: 'a subscription', text: '{"type":"subscribe","channels":["tape"]}', expected: { ok: true } },
    { note: 'unknown fields are tolerated', text: '{"type":"ping","more":1}', expected: { ok: true } },
    { note: 'no JSON', text: '{"type":', expected: { ok: false, code: 'bad_json' } },
    { note: 'empty', text: '', expected: { ok: false, code: 'bad_json' } },
    { note: 'unknown type', text: '{"type":"order"}', expected: { ok: false, code: 'unknown_type' } },
    { note: 'no type', text: '{}', expected: { ok: false, code: 'bad_frame' } },
    { note: 'null', text: 'null', expected: { ok: false, code: 'bad_frame' } },
    { note: 'an array', text: '["subscribe"]', expected: { ok: false, code: 'bad_frame' } },
    { note: 'a number as type', text: '{"type":7}', expected: { ok: false, code: 'bad_frame' } },
    { note: 'no channels', text: '{"type":"subscribe"}', expected: { ok: false, code: 'bad_frame' } },
    { note: 'empty channels', text: '{"type":"subscribe","channels":[]}', expected: { ok: false } },
    {
      note: 'an unknown key of a filter',
      text: '{"type":"subscribe","channels":["whales"],"filter":{"colour":"red"}}',
      expected: { ok: false, code: 'bad_filter' },
    },
    {
      note: 'too many values in a filter',
      text: `{"type":"subscribe","channels":["tape"],"filter":{"ticker_prefix":[${'"KX",'.repeat(16)}"KX"]}}`,
      expected: { ok: false, code: 'bad_filter' },
    },
    {
      note: 'too slow',
      text: '{"type":"subscribe","channels":["tape"],"max_hz":0.05}',
      expected: { ok: false, code: 'bad_frame' },
    },
    { note: 'prototype', text: '{"type":"__proto__"}', expected: { ok: false, code: 'unknown_type' } },
  ])('$note: $text', ({ text, expected }) => {
    expect(readClientFrame(text)).toMatchObject(expected)
  })

  test('what is quoted back is short', () => {
    const read = readClientFrame(JSON.stringify({ type: 'x'.repeat(10_000) }))
    expect(read.ok ? '' : read.message.length).toBeLessThan(100)
  })
})
