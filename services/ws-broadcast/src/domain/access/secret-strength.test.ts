import { expect, test } from '@jest/globals'
import { secretProblem } from './secret-strength.ts'

const good = 'pX3s9kQm7vT2bN8wR4yL6hJ1cF5gD0zA'

test.each([
  { note: 'random', secret: good, local: undefined, open: undefined },
  { note: 'short', secret: good.slice(1), local: '31 bytes', open: '31 bytes' },
  { note: 'bytes count, not letters', secret: 'é'.repeat(16), local: undefined, open: '1 different' },
  { note: 'a phrase repeated', secret: 'changeme'.repeat(5), local: undefined, open: '7 different' },
  { note: 'hex', secret: '0123456789abcdef'.repeat(4), local: undefined, open: undefined },
])('$note', ({ secret, local, open }) => {
  for (const [isPublic, expected] of [
    [false, local],
    [true, open],
  ] as const) {
    const problem = secretProblem(secret, { public: isPublic })
    if (expected === undefined) expect(problem).toBeUndefined()
    else expect(problem).toContain(expected)
    expect(problem ?? '').not.toContain(secret)
  }
})
