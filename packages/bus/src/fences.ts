import type { Fence } from './bus.ts'

/** Remembers the newest term of each owner, per scope: an older one does not pass any more. */
export class Fences {
  private readonly newest = new Map<string, number>()

  passes(scope: string, { owner, term }: Fence): boolean {
    const name = `${scope} ${owner}`
    if (term < (this.newest.get(name) ?? 0)) return false
    this.newest.set(name, term)
    return true
  }
}
