export type FrameRow = { readonly type: string; readonly outcome: string; count: number }

/** Counts frames by type and outcome. A map for each type, so that counting one makes no object and no text. */
export class FrameTally {
  readonly #types = new Map<string, Map<string, FrameRow>>()

  add(type: string, outcome: string): void {
    let outcomes = this.#types.get(type)
    if (outcomes === undefined) this.#types.set(type, (outcomes = new Map()))
    const row = outcomes.get(outcome)
    if (row === undefined) outcomes.set(outcome, { type, outcome, count: 1 })
    else row.count += 1
  }

  /** Every type and outcome that was seen. */
  rows(): readonly Readonly<FrameRow>[] {
    return [...this.#types.values()].flatMap((outcomes) => [...outcomes.values()])
  }
}
