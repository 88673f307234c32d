/** Contracts of a group are counted over this long. */
const windowMs = 15_000

/** Orders that are cancelled together once too many of their contracts have traded. */
export type OrderGroup = {
  readonly id: string
  readonly limitE2: number
  readonly triggered: boolean
}

export type GroupStep = 'created' | 'triggered' | 'reset' | 'deleted' | 'limit_updated'

type State = { limitE2: number; triggered: boolean; fills: { tsMs: number; countE2: number }[] }

/** The order groups of one account: active ⇄ triggered, until deleted. A triggered group takes no orders. */
export class OrderGroups {
  readonly #groups = new Map<string, State>()

  get size(): number {
    return this.#groups.size
  }

  list(): OrderGroup[] {
    return [...this.#groups].map(([id, { limitE2, triggered }]) => ({ id, limitE2, triggered }))
  }

  find(id: string): OrderGroup | undefined {
    const group = this.#groups.get(id)
    return group && { id, limitE2: group.limitE2, triggered: group.triggered }
  }

  create(id: string, limitE2: number): void {
    this.#groups.set(id, { limitE2, triggered: false, fills: [] })
  }

  delete(id: string): void {
    this.#groups.delete(id)
  }

  reset(id: string): void {
    const group = this.#groups.get(id)
    if (group) Object.assign(group, { triggered: false, fills: [] })
  }

  setLimit(id: string, limitE2: number): void {
    const group = this.#groups.get(id)
    if (group) group.limitE2 = limitE2
  }

  trigger(id: string): void {
    const group = this.#groups.get(id)
    if (group) group.triggered = true
  }

  /** Counts contracts that traded. */
  count(id: string, fill: { tsMs: number; countE2: number }): void {
    this.#groups.get(id)?.fills.push(fill)
  }

  /** True when an active group has traded as much as it may. */
  isExhausted(id: string, nowMs: number): boolean {
    const group = this.#groups.get(id)
    if (!group || group.triggered) return false
    group.fills = group.fills.filter(({ tsMs }) => tsMs > nowMs - windowMs)
    return group.fills.reduce((sum, { countE2 }) => sum + countE2, 0) >= group.limitE2
  }
}
