/**
 * Merges what just came into a list ordered by time, newest first: each id once (the newer telling wins),
 * at most `max` of them. The list comes back unchanged when nothing changes.
 */
export function mergeNewest<Item>(
  held: readonly Item[],
  incoming: readonly Item[],
  rule: { readonly id: (item: Item) => string; readonly at: (item: Item) => number; readonly max: number },
): readonly Item[] {
  if (incoming.length === 0) return held
  const fresh = new Map<string, Item>()
  for (const item of incoming.toReversed()) {
    const id = rule.id(item)
    if (!fresh.has(id)) fresh.set(id, item)
  }
  const kept = held.filter((item) => !fresh.has(rule.id(item)))
  return [...fresh.values(), ...kept].toSorted((a, b) => rule.at(b) - rule.at(a)).slice(0, rule.max)
}
