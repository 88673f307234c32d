/** What is shown where a value is not known. Never a zero, never an old value. */
export const unknownText = '–'

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const upToTwo = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 })
const two = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const one = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })

/** Whole numbers with thousands separated. */
export const formatInteger = (value: number): string => whole.format(value)

/** Contracts: fractional ones exist, down to 0.01. */
export const formatCount = (value: number): string => upToTwo.format(value)

/** Cents may be fractional, down to 0.01. */
export const formatPrice = (cents: number): string => `${upToTwo.format(cents)}¢`

/** From 100 dollars on, cents are noise. */
export function formatDollars(value: number): string {
  return `$${Math.abs(value) >= 100 ? whole.format(value) : two.format(value)}`
}

/** An account is read to the cent, whatever its size. */
export const formatMoney = (cents: number): string =>
  cents < 0 ? `−$${two.format(-cents / 100)}` : `$${two.format(cents / 100)}`

/** A gain or a loss: always with its sign, except nothing at all. */
export const formatChange = (cents: number): string => (cents > 0 ? '+' : '') + formatMoney(cents)

export const formatPercentChange = (value: number): string =>
  `${value > 0 ? '+' : value < 0 ? '−' : ''}${two.format(Math.abs(value))}%`

export const formatPercent = (value: number): string => `${one.format(value)}%`

/** Events a second: one decimal while it says something. */
export function formatRate(perSecond: number): string {
  return perSecond < 10 && !Number.isInteger(perSecond) ? one.format(perSecond) : whole.format(perSecond)
}

/** Local wall clock. */
export const formatClock = (ms: number): string => time.format(ms)

export function formatMilliseconds(ms: number): string {
  return ms < 1 ? '<1 ms' : `${whole.format(ms)} ms`
}

/** A span as its two largest units: 8s, 4m 12s, 2h 05m, 3d 04h. Never negative. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  if (seconds < 60) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}m ${pad(seconds % 60)}s`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours}h ${pad(minutes % 60)}m`
  return `${Math.floor(hours / 24)}d ${pad(hours % 24)}h`
}

/** Minutes of a window: "5 minutes", "1 minute", "90 seconds". */
export function formatWindow(minutes: number): string {
  if (!Number.isInteger(minutes)) return `${whole.format(minutes * 60)} seconds`
  return minutes === 1 ? '1 minute' : `${minutes} minutes`
}

/** A name from the wire as words: `kalshi_data_sync` → `kalshi data sync`. */
export const formatName = (name: string): string => name.replaceAll('_', ' ')

/** The host of an address; the text itself where it is none. */
export const formatHost = (address: string): string =>
  URL.canParse(address) ? new URL(address).host : address

/** The beginning of an id says which one it is; the whole stands in a title. */
export const formatId = (id: string): string => (id.length > 10 ? id.slice(0, 8) : id)

const pad = (value: number): string => String(value).padStart(2, '0')
