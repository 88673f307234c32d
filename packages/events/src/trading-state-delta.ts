import type { TradingState, TradingStateDelta } from './trading-state.ts'

type KeyedChange<T> = { readonly removed: readonly string[]; readonly put: readonly T[] }

/**
 * What turns one trading state into another. Whoever applies it (first what was removed, then every other entry in
 * the place of the one with its key, or at the end) holds exactly `after`, order of lists included.
 */
export function tradingStateDelta(before: TradingState, after: TradingState): TradingStateDelta {
  const positions = keyedChange(before.positions_details, after.positions_details, ({ ticker }) => ticker)
  const orders = keyedChange(before.order_list, after.order_list, ({ order_id }) => order_id)
  return {
    base_version: before.version,
    version: after.version,
    balance_change: after.balance - before.balance,
    portfolio_value_change: after.portfolio_value - before.portfolio_value,
    set: changedFields(before, after),
    positions_updated: [...positions.put],
    positions_removed: [...positions.removed],
    orders_added: [...orders.put],
    orders_removed: [...orders.removed],
    timestamp_ms: after.timestamp_ms,
  }
}

function changedFields(before: TradingState, after: TradingState): TradingStateDelta['set'] {
  const { version: _v, positions_details: _p, order_list: _o, ...fields } = after
  const old: Readonly<Record<string, unknown>> = before
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => !isSame(old[name], value)))
}

/**
 * Entries that keep their order stay where they are; from the first that does not, the rest of the list is put
 * anew, because an entry can only be replaced in its place or added at the end.
 */
function keyedChange<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string,
): KeyedChange<T> {
  const places = new Map(before.map((item, index) => [keyOf(item), index]))
  const staying = new Set<string>()
  let last = -1
  for (const item of after) {
    const place = places.get(keyOf(item))
    if (place === undefined || place < last) break
    staying.add(keyOf(item))
    last = place
  }
  const isPut = (item: T) => {
    const place = places.get(keyOf(item))
    return !staying.has(keyOf(item)) || place === undefined || !isSame(before[place], item)
  }
  return {
    removed: before.map(keyOf).filter((key) => !staying.has(key)),
    put: after.filter(isPut),
  }
}

/** Both are plain data made by the same code, so equal values have equal texts. */
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
