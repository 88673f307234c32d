import { describe, expect, test } from '@jest/globals'
import { redact } from './redact.ts'

const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----'
const circle: Record<string, unknown> = { name: 'a' }
circle['self'] = circle

describe('redact', () => {
  test.each([
    {
      note: 'fields by their name, at any depth and in any spelling',
      input: {
        a: [{ apiKey: 'x', 'KALSHI-ACCESS-SIGNATURE': 'x', Authorization: 'x', client_secret: { b: 1 } }],
      },
      output: {
        a: [
          {
            apiKey: '[redacted]',
            'KALSHI-ACCESS-SIGNATURE': '[redacted]',
            Authorization: '[redacted]',
            client_secret: '[redacted]',
          },
        ],
      },
    },
    {
      note: 'no counts',
      input: { tokens: 5, monkey: true, key: null },
      output: { tokens: 5, monkey: true, key: null },
    },
    { note: 'PEM blocks in any text', input: { note: `a ${pem} b` }, output: { note: 'a [redacted] b' } },
    { note: 'PEM blocks that are cut off', input: `x ${pem.slice(0, 40)}`, output: 'x [redacted]' },
    { note: 'passwords in URLs', input: 'at redis://u:p@h:1/0', output: 'at redis://u:[redacted]@h:1/0' },
    { note: 'cycles', input: circle, output: { name: 'a', self: '[circular]' } },
    { note: 'bytes', input: { frame: Buffer.from('abc') }, output: { frame: '[3 bytes]' } },
    {
      note: 'maps and sets',
      input: { m: new Map([['token', 'x']]), s: new Set([1]) },
      output: { m: { token: '[redacted]' }, s: [1] },
    },
    { note: 'large integers', input: { n: 10n }, output: { n: '10' } },
  ])('hides $note', ({ input, output }) => {
    expect(redact(input)).toEqual(output)
  })

  test('makes fields of an error, its cause and what it carries', () => {
    const error = Object.assign(new Error(`no ${pem}`, { cause: new Error('why') }), {
      code: 'E',
      token: 'x',
    })
    expect(redact({ error })).toMatchObject({
      error: {
        name: 'Error',
        message: 'no [redacted]',
        code: 'E',
        token: '[redacted]',
        cause: { message: 'why' },
      },
    })
  })

  test('does not change what it is given', () => {
    const input = { key: 'x', list: ['a'] }
    redact(input)
    expect(input).toEqual({ key: 'x', list: ['a'] })
  })
})
