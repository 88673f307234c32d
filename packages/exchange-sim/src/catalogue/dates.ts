const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const
const longMonths = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** Date as tickers carry it, `26NOV08`. */
export function tickerDate(ms: number): string {
  const date = new Date(ms)
  return `${tickerYear(date)}${months[date.getUTCMonth()]}${two(date.getUTCDate())}`
}

/** Month as tickers carry it, `26NOV`. */
export function tickerMonth(ms: number): string {
  const date = new Date(ms)
  return `${tickerYear(date)}${months[date.getUTCMonth()]}`
}

/** Date and hour, `26NOV0817`. */
export function tickerHour(ms: number): string {
  return tickerDate(ms) + two(new Date(ms).getUTCHours())
}

/** Date, hour and minute, `26NOV081745`. */
export function tickerMinute(ms: number): string {
  return tickerHour(ms) + two(new Date(ms).getUTCMinutes())
}

/** Date for people, `Nov 8, 2026`. */
export function longDate(ms: number): string {
  const date = new Date(ms)
  return `${longMonths[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}`
}

/** Month for people, `Nov 2026`. */
export function longMonth(ms: number): string {
  const date = new Date(ms)
  return `${longMonths[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}

/** Time of day for people, in UTC, `17:45 UTC`. */
export function clockTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 16)} UTC`
}

/** The first multiple of `stepMs` after `ms`. */
export function nextMultiple(ms: number, stepMs: number): number {
  return (Math.floor(ms / stepMs) + 1) * stepMs
}

function tickerYear(date: Date): string {
  return two(date.getUTCFullYear() % 100)
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
