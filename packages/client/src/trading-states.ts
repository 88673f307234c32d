import type { ServerFrameMap } from '@whalecast/events'

type TradingState = ServerFrameMap['trading_state']
type TradingStateDelta = ServerFrameMap['trading_state_delta']

/** What came of a change: the new state; nothing new in it; or a change to a state that is not held. */
export type DeltaVerdict =
  | { readonly type: 'state'; readonly state: TradingState }
  | { readonly type: 'known' }
  | { readonly type: 'missing' }

/** The trading state as the changes leave it. It is exactly what the server holds, or it says that it is not. */
export class TradingStates {
  #state: TradingState | undefined

  take(state: TradingState): void {
    this.#state = state
  }

  apply(delta: TradingStateDelta): DeltaVerdict {
    const held = this.#state
    if (!held) return { type: 'missing' }
    if (delta.base_version !== held.version)
      return { type: delta.version === held.version ? 'known' : 'missing' }
    this.#state = applyDelta(held, delta)
    return { type: 'state', state: this.#state }
  }

  /** What is held is not kept up any more. */
  forget(): void {
    this.#state = undefined
  }
}

function applyDelta(state: TradingState, delta: TradingStateDelta): TradingState {
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
