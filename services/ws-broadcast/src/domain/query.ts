import { isTicker, severity, type Severity } from '@whalecast/events'

/** What was wrong with a request, in words that help whoever made it. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
}

type Parser<T> = (text: string) => T
type Parsers = Readonly<Record<string, Parser<unknown>>>
/** What a query holds; a parameter that was not given is missing. */
export type Query<P extends Parsers> = { readonly [Name in keyof P]?: ReturnType<P[Name]> }

const maxListed = 500
const severities = severity.options

function wrong(what: string): never {
  throw new QueryError(what)
}

/** The parameters there are. */
export const parameters = {
  limit: (text: string): number => {
    const count = /^\d{1,4}$/.test(text) ? Number(text) : 0
    return count >= 1 && count <= maxListed ? count : wrong(`a whole number from 1 to ${maxListed}`)
  },
  ticker: (text: string): string => (isTicker(text) ? text : wrong('the ticker of a market')),
  before: (text: string): string =>
    /^[\w.:-]{1,128}$/.test(text) ? text : wrong('the id of an entry, or Unix milliseconds'),
  min_severity: (text: string): Severity =>
    severities.find((name) => name === text) ?? wrong(`one of ${severities.join(', ')}`),
  orphaned_only: (text: string): boolean =>
    text === 'true' || text === 'false' ? text === 'true' : wrong('true or false'),
}

/** Reads a query by its parsers. Throws a QueryError that names the parameter: unknown, given twice, or bad. */
export function readQuery<P extends Parsers>(query: Readonly<Record<string, unknown>>, parsers: P): Query<P> {
  const read: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(query)) {
    const parser = Object.hasOwn(parsers, name) ? parsers[name] : undefined
    if (!parser) {
      const known = Object.keys(parsers)
      throw new QueryError(
        known.length === 0
          ? 'there are no parameters here'
          : `there is no such parameter; there are: ${known.join(', ')}`,
      )
    }
    if (typeof value !== 'string') throw new QueryError(`${name}: give it once`)
    try {
      read[name] = parser(value)
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      throw new QueryError(`${name}: ${error.message}`)
    }
  }
  // Each name was read by the parser of that name.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return read as Query<P>
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

/** Whether a severity is at least another. */
export const isAtLeast = (one: Severity, least: Severity): boolean =>
  severities.indexOf(one) >= severities.indexOf(least)
