import type { Parser } from './setting-parsers.ts'

/** One row of the table of settings. */
export type Setting<T, Default extends T | undefined> = {
  readonly parse: Parser<T>
  readonly default: Default
  /** How the default reads in the documentation, where the value itself says too little. */
  readonly shown?: string
  readonly meaning: string
  readonly usedBy: readonly string[]
  /** The one process that may have it: a secret in more hands than needed is refused by the others. */
  readonly only?: string
}

/** A row whose value type follows from its parser. */
export function setting<T, const Default extends T | undefined>(
  of: Setting<T, Default>,
): Setting<T, Default> {
  return of
}
