import { describe, expect, test } from '@jest/globals'
import { judgeSeverity } from './severity.ts'

describe('judgeSeverity', () => {
  test.each([
    {
      countE2: 999_999,
      severity: 'S1',
      reason: '9,999.99 contracts: a whale by its dollars, under 10,000 contracts',
    },
    { countE2: 1_000_000, severity: 'S2', reason: '10,000 contracts: at least 10,000' },
    { countE2: 4_999_999, severity: 'S2', reason: '49,999.99 contracts: at least 10,000' },
    { countE2: 5_000_000, severity: 'S3', reason: '50,000 contracts: at least 50,000' },
    { countE2: 10_000_000, severity: 'S4', reason: '100,000 contracts: at least 100,000' },
    { countE2: 123_456_789, severity: 'S4', reason: '1,234,567.89 contracts: at least 100,000' },
  ])('$reason', ({ countE2, severity, reason }) => {
    expect(judgeSeverity(countE2)).toEqual({ severity, reason })
  })
})
