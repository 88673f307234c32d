import { expect, test } from '@jest/globals'
import {
  formatCount,
  formatDollars,
  formatHost,
  formatMilliseconds,
  formatPercent,
  formatPrice,
  formatRate,
  formatSpan,
  formatWindow,
} from './format.ts'

test.each([
  { shown: formatPrice(62), expected: '62¢' },
  { shown: formatPrice(0.25), expected: '0.25¢' },
  { shown: formatPrice(99.5), expected: '99.5¢' },
  { shown: formatCount(12_400), expected: '12,400' },
  { shown: formatCount(0.01), expected: '0.01' },
  { shown: formatDollars(3.2), expected: '$3.20' },
  { shown: formatDollars(99.99), expected: '$99.99' },
  { shown: formatDollars(12_400.49), expected: '$12,400' },
  { shown: formatPercent(96), expected: '96.0%' },
  { shown: formatRate(0.5), expected: '0.5' },
  { shown: formatRate(3), expected: '3' },
  { shown: formatRate(512.4), expected: '512' },
  { shown: formatMilliseconds(0), expected: '<1 ms' },
  { shown: formatMilliseconds(1_234), expected: '1,234 ms' },
  { shown: formatSpan(-500), expected: '0s' },
  { shown: formatSpan(59_999), expected: '59s' },
  { shown: formatSpan(252_000), expected: '4m 12s' },
  { shown: formatSpan(2 * 3_600_000 + 300_000), expected: '2h 05m' },
  { shown: formatSpan(100 * 3_600_000), expected: '4d 04h' },
  { shown: formatWindow(5), expected: '5 minutes' },
  { shown: formatWindow(1), expected: '1 minute' },
  { shown: formatWindow(1.5), expected: '90 seconds' },
  { shown: formatHost('wss://demo-api.kalshi.co/trade-api/ws/v2'), expected: 'demo-api.kalshi.co' },
  { shown: formatHost('somewhere'), expected: 'somewhere' },
])('$expected', ({ shown, expected }) => {
  expect(shown).toBe(expected)
})
