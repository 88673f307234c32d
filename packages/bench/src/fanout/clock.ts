/** Microseconds of the clock that all processes of a machine share. */
export const nowMicros = (): number => Number(process.hrtime.bigint() / 1_000n)

const digits = 16
const field = Buffer.from('"trade_id":"')
const zero = 0x30

/** An id of a trade that tells when it was printed. */
export const stampedId = (micros: number): string => String(micros).padStart(digits, '0')

/** When the trade was printed whose message stands in `bytes` from `start` to `end`; undefined where none stands. */
export function stampOf(bytes: Buffer, start: number, end: number): number | undefined {
  const from = bytes.indexOf(field, start) + field.length
  if (from < start + field.length || from + digits > end) return undefined
  let micros = 0
  for (let at = from; at < from + digits; at += 1) {
    const digit = bytes[at]! - zero
    if (digit < 0 || digit > 9) return undefined
    micros = micros * 10 + digit
  }
  return micros
}
