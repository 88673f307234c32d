/**
 * A decimal as an exact integer of 10^-digits: "0.5500" with 4 digits is 5500. NaN for whatever is not a plain
 * decimal, is finer than the unit, or does not fit; so nothing is ever rounded, and no float is multiplied.
 */
export function parseDecimal(value: unknown, digits: number): number {
  if (typeof value === 'string') return parseText(value, digits)
  // The shortest text of a number is what the sender wrote, as far as a double can tell.
  return typeof value === 'number' ? parseText(String(value), digits) : Number.NaN
}

const zero = 48
const nine = 57
const dot = 46
const minus = 45
// 2^53 has 16 digits; more characters than this are noise, not a number of ours.
const maxLength = 24

function parseText(text: string, digits: number): number {
  const { length } = text
  const negative = text.charCodeAt(0) === minus
  let at = negative ? 1 : 0
  if (length === at || length > maxLength) return Number.NaN
  let value = 0
  const start = at
  for (; at < length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < zero || code > nine) break
    value = value * 10 + (code - zero)
  }
  if (at === start) return Number.NaN
  let missing = digits
  if (at < length) {
    // Only a dot with at least one digit behind it may follow.
    if (text.charCodeAt(at) !== dot || at + 1 === length) return Number.NaN
    for (at += 1; at < length; at += 1) {
      const code = text.charCodeAt(at)
      if (code < zero || code > nine) return Number.NaN
      if (missing > 0) {
        value = value * 10 + (code - zero)
        missing -= 1
      } else if (code !== zero) return Number.NaN
    }
  }
  for (; missing > 0; missing -= 1) value *= 10
  if (value > Number.MAX_SAFE_INTEGER) return Number.NaN
  return negative && value !== 0 ? -value : value
}
