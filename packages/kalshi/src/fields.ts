import { parseDecimal } from './decimal.ts'

/** An object from outside: any field may be anything, or missing. */
export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Text, or null. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** A whole number that JavaScript holds exactly, or undefined. */
export function integerOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
}

export function isTicker(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 128
}

/** Price in 1e-4 dollars from the current or the legacy field; undefined when both are absent, NaN when not a number. */
export function priceE4Of(dollars: unknown, cents: unknown): number | undefined {
  if (dollars !== undefined && dollars !== null) return parseDecimal(dollars, 4)
  return cents === undefined || cents === null ? undefined : parseDecimal(cents, 2)
}

/** Contracts in 1e-2 from the current or the legacy field; undefined when both are absent, NaN when not a number. */
export function countE2Of(fixedPoint: unknown, whole: unknown): number | undefined {
  const value = fixedPoint ?? whole
  return value === undefined || value === null ? undefined : parseDecimal(value, 2)
}

// Unix milliseconds of 2001-09-09 and of 2286: seconds and milliseconds of any date between cannot be confused.
const minMs = 1_000_000_000_000
const maxMs = 10_000_000_000_000

/** Unix ms from milliseconds, seconds or an RFC 3339 text; undefined when absent, NaN when none of these. */
export function timeMsOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined
  let ms = Number.NaN
  if (typeof value === 'number') ms = value < minMs ? Math.round(value * 1_000) : value
  // Only the full form: Date.parse alone would make a date of "1".
  else if (typeof value === 'string' && value.length <= 40 && value[10] === 'T') ms = Date.parse(value)
  return ms >= minMs && ms < maxMs && Number.isInteger(ms) ? ms : Number.NaN
}
