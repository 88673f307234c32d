import { severity, type Severity } from '@whalecast/events'

/** What was wrong with a request, in words that help whoever made it. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
}

/** What a parameter has to be: what it is called for whoever got it wrong, and how it is read. */
type Parameter<T> = {
  readonly description?: string | undefined
  safeParse(value: unknown): { readonly success: boolean; readonly data?: T | undefined }
}
/** The parameters that a path takes. */
export type Shape = Readonly<Record<string, Parameter<unknown>>>
/** What a query holds; a parameter that was not given is missing. */
export type Query<S extends Shape> = {
  readonly [Name in keyof S]?: S[Name] extends Parameter<infer T> ? T : never
}

/** Reads a query by its parameters. Throws a QueryError that names the one that is unknown, given twice, or bad. */
export function readQuery<S extends Shape>(query: Readonly<Record<string, unknown>>, shape: S): Query<S> {
  const read: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(query)) {
    const parameter = Object.hasOwn(shape, name) ? shape[name] : undefined
    if (!parameter) {
      const known = Object.keys(shape)
      throw new QueryError(
        known.length === 0
          ? 'there are no parameters here'
          : `there is no such parameter; there are: ${known.join(', ')}`,
      )
    }
    if (typeof value !== 'string') throw new QueryError(`${name}: give it once`)
    read[name] = readText(name, value, parameter)
  }
  // Each name was read by the parameter of that name.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return read as Query<S>
}

/** A text is taken as what it is, or as the number or the truth value that it spells. */
function readText(name: string, text: string, parameter: Parameter<unknown>): unknown {
  const spelt: unknown[] = [text]
  if (/^\d{1,15}(\.\d{1,6})?$/.test(text)) spelt.push(Number(text))
  if (text === 'true' || text === 'false') spelt.push(text === 'true')
  for (const value of spelt) {
    const parsed = parameter.safeParse(value)
    if (parsed.success) return parsed.data
  }
  throw new QueryError(`${name}: ${parameter.description ?? 'not what it has to be'}`)
}

type Entry = { readonly market_ticker: string; readonly whale_id: string }
export type Selection<T> = {
  readonly limit: number
  readonly ticker?: string | undefined
  /** Only what is older than this entry or moment. */
  readonly before?: string | undefined
  readonly atMs: (entry: T) => number
  readonly keeps?: (entry: T) => boolean
}

/** Entries, newest first, as far as they were asked for. */
export function select<T extends Entry>(entries: readonly T[], selection: Selection<T>): readonly T[] {
  const { limit, ticker, before, atMs, keeps = () => true } = selection
  let older = entries
  if (before !== undefined && /^\d+$/.test(before))
    older = entries.filter((one) => atMs(one) < Number(before))
  else if (before !== undefined) {
    const index = entries.findIndex(({ whale_id }) => whale_id === before)
    if (index < 0) throw new QueryError('before: no such entry is held here any more')
    older = entries.slice(index + 1)
  }
  return older
    .filter((one) => (ticker === undefined || one.market_ticker === ticker) && keeps(one))
    .slice(0, limit)
}

const severities = severity.options

/** Whether a severity is at least another. */
export const isAtLeast = (one: Severity, least: Severity): boolean =>
  severities.indexOf(one) >= severities.indexOf(least)
