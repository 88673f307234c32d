/** One dollar in the unit prices are held in: 1e-4 dollars. */
export const dollarE4 = 10_000

/** Price as the exchange writes it: dollars with four decimals. */
export function formatPrice(priceE4: number): string {
  return (priceE4 / dollarE4).toFixed(4)
}

/** Amount of money as the exchange writes it: dollars with six decimals. */
export function formatDollars(amountE6: number): string {
  return (amountE6 / 1_000_000).toFixed(6)
}

/** Count as the exchange writes it: contracts with two decimals. */
export function formatCount(countE2: number): string {
  return (countE2 / 100).toFixed(2)
}

/** Dollar text or number to 1e-4 dollars; `undefined` unless it is exact in that unit. */
export function parsePrice(value: unknown): number | undefined {
  return parseScaled(value, 4)
}

/** Contract text or number to 1e-2 contracts, sign kept; `undefined` unless it is exact in that unit. */
export function parseCount(value: unknown): number | undefined {
  return parseScaled(value, 2)
}

/** Instant as the exchange writes it: RFC 3339 in UTC with microseconds. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}

/** Instant to the second, as market dates are written. */
export function formatSecond(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** Reads decimal text digit by digit: a float on the way would turn 0.29 into 0.28999. */
function parseScaled(value: unknown, decimals: number): number | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string') return undefined
  const match = /^(-?)(\d{1,12})(?:\.(\d+))?$/.exec(text)
  if (!match) return undefined
  const [, sign, whole = '', fraction = ''] = match
  if (/[1-9]/.test(fraction.slice(decimals))) return undefined
  const scaled = Number(whole + fraction.slice(0, decimals).padEnd(decimals, '0'))
  return sign === '-' && scaled !== 0 ? -scaled : scaled
}
