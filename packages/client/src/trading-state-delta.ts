import type { ServerFrameMap } from '@whalecast/events'

type TradingState = ServerFrameMap['trading_state']
type TradingStateDelta = ServerFrameMap['trading_state_delta']

/** The state that a change leaves behind: exactly the one that was published as its version. */
export function applyTradingStateDelta(state: TradingState, delta: TradingStateDelta): TradingState {
  // Fields that the change does not have are absent, never undefined: it comes out of JSON.
  return Object.assign({}, state, delta.set, {
    version: delta.version,
    positions_details: changed(state.positions_details, delta.positions_updated, {
      removed: delta.positions_removed,
      keyOf: ({ ticker }) => ticker,
    }),
    order_list: changed(state.order_list, delta.orders_added, {
      removed: delta.orders_removed,
      keyOf: ({ order_id }) => order_id,
    }),
  })
}

/** Removed first, then each entry in the place of the one with its key, or at the end. */
function changed<T>(
  list: readonly T[],
  put: readonly T[],
  { removed, keyOf }: { readonly removed: readonly string[]; readonly keyOf: (item: T) => string },
): T[] {
  const gone = new Set(removed)
  const entries = new Map(list.map((item) => [keyOf(item), item]))
  for (const key of gone) entries.delete(key)
  for (const item of put) entries.set(keyOf(item), item)
  return [...entries.values()]
}
