import { integerOf, isFields, textOf, type Fields } from './fields.ts'
import type { ExchangeFrame, Subscription } from './frames.ts'

/** Channel error and buffer overflow: the subscription is over and has lost data. */
const terminalCodes: ReadonlySet<number> = new Set([10, 25])

/** Answers to commands. Their sequence numbers count like those of data. */
export function parseControl(
  type: 'subscribed' | 'ok' | 'unsubscribed' | 'error',
  frame: Fields,
): ExchangeFrame {
  const msg = frame['msg']
  const fields = isFields(msg) ? msg : {}
  const sid = integerOf(frame['sid']) ?? integerOf(fields['sid'])
  const seq = integerOf(frame['seq'])
  const id = integerOf(frame['id']) ?? null
  if (type === 'subscribed') {
    return { kind: type, type, sid, seq, id, channel: textOf(fields['channel']) }
  }
  if (type === 'unsubscribed') return { kind: type, type, sid, seq, id }
  if (type === 'ok') {
    // Older servers list the markets beside `msg`, not in it.
    const market_tickers = textList(fields['market_tickers'] ?? frame['market_tickers'])
    const subscriptions = Array.isArray(msg) ? msg.flatMap(subscriptionOf) : null
    return { kind: type, type, sid, seq, id, market_tickers, subscriptions }
  }
  const code = integerOf(fields['code']) ?? null
  const message = textOf(fields['msg']) ?? textOf(msg) ?? ''
  const terminal = code !== null && terminalCodes.has(code)
  return { kind: type, type, sid, seq, id, code, message, terminal }
}

function textList(value: unknown): string[] | null {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : null
}

function subscriptionOf(value: unknown): Subscription[] {
  if (!isFields(value)) return []
  const channel = textOf(value['channel'])
  const sid = integerOf(value['sid'])
  return channel === null || sid === undefined ? [] : [{ channel, sid }]
}
