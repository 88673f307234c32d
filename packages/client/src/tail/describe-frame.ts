import type { ServerFrame } from '../server-frame.ts'

/** Colours of a terminal; without one, the text alone. */
export type Paint = (colour: 'red' | 'yellow' | 'green' | 'cyan' | 'dim' | 'bold', text: string) => string

type Print = ServerFrame<'whale'>['data'] | ServerFrame<'trade'>['data']

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const upToTwo = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 })

const severityColours = { S1: 'dim', S2: 'cyan', S3: 'yellow', S4: 'red' } as const

/** One line for a person. `nowMs` is of the server's clock, like the times in the frame. */
export function describeFrame(frame: ServerFrame, nowMs: number, paint: Paint): string {
  if (frame.type === 'whale') return whaleLine(frame.data, nowMs, paint)
  if (frame.type === 'trade') return tradeLine(frame.data, nowMs, paint)
  const { data, channel = frame.type, ts } = frame
  const atMs = 'timestamp_ms' in data ? data.timestamp_ms : ts
  const line = (text: string) =>
    `${paint('bold', channel.padEnd(9))} ${text}  ${ageText(nowMs - atMs, paint)}`
  if (frame.type === 'system_activity') return line(frame.data.message)
  if (frame.type === 'decision') {
    const { action, title, market_ticker: ticker, reason } = frame.data
    return line(`${action}: ${title ?? ticker} (${reason})`)
  }
  if (frame.type === 'feed_state')
    return line(`${frame.data.source} is ${frame.data.state}${reasonText(frame.data.reason)}`)
  if (frame.type === 'feed_gap') {
    const { channel: of, cause, filled, missing } = frame.data
    return line(`${of}: ${cause}, ${filled} filled, ${missing ?? 'nobody knows how many'} missing`)
  }
  return line(JSON.stringify(data))
}

function whaleLine(data: ServerFrame<'whale'>['data'], nowMs: number, paint: Paint): string {
  const { severity, whale_size_dollars: size, title, sub_title: subTitle, market_ticker: ticker } = data
  const name = title === null ? ticker : [title, subTitle].filter(Boolean).join(' – ')
  return [
    paint(severityColours[severity], severity),
    paint('bold', `$${whole.format(size)}`.padStart(11)),
    ...printTexts(data, paint),
    name,
    ageText(nowMs - data.timestamp_ms, paint),
  ].join('  ')
}

function tradeLine(data: ServerFrame<'trade'>['data'], nowMs: number, paint: Paint): string {
  const size = `$${upToTwo.format(data.payout_dollars)}`.padStart(11)
  return [
    size,
    ...printTexts(data, paint),
    data.market_ticker,
    ageText(nowMs - data.timestamp_ms, paint),
  ].join('  ')
}

function printTexts({ side, price_cents: cents, count }: Print, paint: Paint): string[] {
  const colour = side === 'yes' ? 'green' : side === 'no' ? 'red' : 'dim'
  return [
    paint(colour, (side === 'yes' || side === 'no' ? side.toUpperCase() : '?').padEnd(3)),
    `${upToTwo.format(cents)}¢`.padStart(6),
    `× ${upToTwo.format(count)}`.padEnd(12),
  ]
}

const reasonText = (reason: string): string => (reason === '' ? '' : `: ${reason}`)

/** Never negative: clocks differ by a little. */
function ageText(ageMs: number, paint: Paint): string {
  const seconds = Math.max(0, ageMs) / 1_000
  if (seconds < 60) return paint('dim', `${seconds.toFixed(1)} s ago`)
  const minutes = Math.floor(seconds / 60)
  return paint(
    'dim',
    minutes < 60 ? `${minutes} min ago` : `${Math.floor(minutes / 60)} h ${minutes % 60} min ago`,
  )
}
