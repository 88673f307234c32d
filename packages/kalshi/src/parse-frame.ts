import { integerOf, isFields, type Fields } from './fields.ts'
import type { ExchangeFrame, InvalidReason } from './frames.ts'
import { parseFill, parseOrder, parsePositionUpdate } from './parse-account.ts'
import { parseBookDelta, parseBookSnapshot } from './parse-book.ts'
import { parseControl } from './parse-control.ts'
import { parseEventLifecycle, parseMarketLifecycle } from './parse-lifecycle.ts'
import { parseTicker } from './parse-ticker.ts'
import { parseTrade } from './parse-trade.ts'

/**
 * A frame of the exchange's socket. Never throws, whatever the text: what is wrong is `invalid` with a reason, what is
 * new is `unknown`, and both still carry the type, sid and seq that could be read.
 */
export function parseFrame(text: string, receivedAtMs: number): ExchangeFrame {
  let frame: unknown
  try {
    // The newline at the end of a frame is white space to JSON, too.
    frame = JSON.parse(text)
  } catch {
    return invalid('not_json')
  }
  if (!isFields(frame)) return invalid('not_an_object')
  const type = frame['type']
  if (typeof type !== 'string') return invalid('type_missing', frame)
  switch (type) {
    case 'subscribed':
    case 'ok':
    case 'unsubscribed':
    case 'error':
      return parseControl(type, frame)
    default:
      return parseData(type, frame, receivedAtMs)
  }
}

function parseData(type: string, frame: Fields, receivedAtMs: number): ExchangeFrame {
  const sid = integerOf(frame['sid'])
  const seq = integerOf(frame['seq'])
  const { msg } = frame
  const fields = isFields(msg) ? msg : undefined
  switch (type) {
    case 'trade': {
      const trade = fields === undefined ? 'msg_missing' : parseTrade(fields, receivedAtMs)
      return typeof trade === 'string' ? invalid(trade, frame) : { kind: 'trade', type, sid, seq, trade }
    }
    case 'orderbook_delta': {
      const delta = fields === undefined ? 'msg_missing' : parseBookDelta(fields)
      return typeof delta === 'string' ? invalid(delta, frame) : { kind: 'book_delta', type, sid, seq, delta }
    }
    case 'ticker': {
      const ticker = fields === undefined ? 'msg_missing' : parseTicker(fields)
      return typeof ticker === 'string' ? invalid(ticker, frame) : { kind: 'ticker', type, sid, seq, ticker }
    }
    case 'orderbook_snapshot': {
      const snapshot = fields === undefined ? 'msg_missing' : parseBookSnapshot(fields)
      if (typeof snapshot === 'string') return invalid(snapshot, frame)
      return { kind: 'book_snapshot', type, sid, seq, id: integerOf(frame['id']) ?? null, snapshot }
    }
    case 'market_lifecycle_v2':
    case 'multivariate_market_lifecycle': {
      const lifecycle = fields === undefined ? 'msg_missing' : parseMarketLifecycle(fields)
      if (typeof lifecycle === 'string') return invalid(lifecycle, frame)
      return { kind: 'lifecycle', type, sid, seq, lifecycle }
    }
    case 'event_lifecycle': {
      const event = fields === undefined ? 'msg_missing' : parseEventLifecycle(fields)
      if (typeof event === 'string') return invalid(event, frame)
      return { kind: 'event_lifecycle', type, sid, seq, event }
    }
    case 'fill': {
      const fill = fields === undefined ? 'msg_missing' : parseFill(fields)
      return typeof fill === 'string' ? invalid(fill, frame) : { kind: 'fill', type, sid, seq, fill }
    }
    case 'market_position': {
      const position = fields === undefined ? 'msg_missing' : parsePositionUpdate(fields)
      if (typeof position === 'string') return invalid(position, frame)
      return { kind: 'position', type, sid, seq, position }
    }
    case 'user_order': {
      const order = fields === undefined ? 'msg_missing' : parseOrder(fields)
      return typeof order === 'string' ? invalid(order, frame) : { kind: 'order', type, sid, seq, order }
    }
    default:
      return { kind: 'unknown', type, sid, seq }
  }
}

function invalid(reason: InvalidReason, frame?: Fields): ExchangeFrame {
  const type = frame?.['type']
  return {
    kind: 'invalid',
    type: typeof type === 'string' ? type : undefined,
    sid: integerOf(frame?.['sid']),
    seq: integerOf(frame?.['seq']),
    reason,
  }
}
