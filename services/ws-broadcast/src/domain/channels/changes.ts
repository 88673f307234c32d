import { bookDelta, tradingStateDelta } from '@whalecast/events'
import type { AnyLatest } from './messages.ts'

/** A change of a value, as it goes to those who hold the value before. */
export type Change = { readonly type: 'trading_state_delta' | 'book_delta'; readonly data: object }

/** What turns one value of a channel into the next; undefined where nothing can be said of that, and it is told whole. */
export function changeOf(before: AnyLatest | undefined, after: AnyLatest): Change | undefined {
  if (before?.channel === 'trading_state' && after.channel === 'trading_state') {
    const [old, state] = [before.data, after.data]
    if (old.broker !== state.broker || old.version >= state.version) return undefined
    return { type: 'trading_state_delta', data: tradingStateDelta(old, state) }
  }
  if (before?.channel === 'book' && after.channel === 'book') {
    // Whoever keeps the book after another may count its versions anew.
    if (before.epoch !== after.epoch || before.term !== after.term || before.version >= after.version)
      return undefined
    const data = bookDelta(
      { version: before.version, book: before.data },
      { version: after.version, book: after.data },
    )
    return data && { type: 'book_delta', data }
  }
  return undefined
}
