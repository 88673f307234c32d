import { activitySeverity, severity, type Filter, type WireChannelName } from '@whalecast/events'
import type { Facets } from './facets.ts'

type Key = keyof Filter
type SeverityName = NonNullable<Filter['min_severity']>

/** The keys that mean something, by channel. A channel that is not here cannot be filtered. */
const keysOf: { readonly [Name in WireChannelName]?: readonly Key[] } = {
  whales: ['min_size_dollars', 'min_severity', 'severity', 'ticker_prefix'],
  tape: ['min_size_dollars', 'ticker_prefix'],
  decisions: ['ticker_prefix'],
  system: ['min_severity', 'severity'],
}

/** The severities of a channel, and how grave each is: a whale is no error, so the two do not compare. */
const gravityOf: { readonly [Name in WireChannelName]?: ReadonlyMap<SeverityName, number> } = {
  whales: new Map(severity.options.map((name, index) => [name, index])),
  system: new Map<SeverityName, number>([
    [activitySeverity.enum.info, 0],
    [activitySeverity.enum.success, 0],
    [activitySeverity.enum.warning, 1],
    [activitySeverity.enum.error, 2],
  ]),
}

export type NormalFilter =
  /** Undefined: it lets everything through. */
  | { readonly ok: true; readonly filter: Filter | undefined }
  | { readonly ok: false; readonly message: string }

/**
 * The one form of all filters that let the same through: sorted, without what another value covers, severities as a
 * list. Refused is what has no meaning for the channel, or can let nothing through.
 */
export function normaliseFilter(name: WireChannelName, filter: Filter): NormalFilter {
  const given = Object.entries(filter).flatMap(([key, value]) => (value === undefined ? [] : [key]))
  const known: readonly string[] = keysOf[name] ?? []
  const stray = given.find((key) => !known.includes(key))
  if (stray !== undefined) return refused(`${stray} has no meaning for ${name}`)
  const gravity = gravityOf[name]
  const severities = gravity && severitiesOf(filter, gravity)
  if (severities === null)
    return refused(`${name} has no such severity; it has ${[...gravity!.keys()].join(', ')}`)
  if (severities?.length === 0) return refused('severity and min_severity together let nothing through')
  const prefixes = filter.ticker_prefix && shortest(filter.ticker_prefix)
  const normal: Filter = {
    ...(filter.min_size_dollars && { min_size_dollars: filter.min_size_dollars }),
    ...(severities && severities.length < (gravity?.size ?? 0) && { severity: severities }),
    ...(prefixes && { ticker_prefix: prefixes }),
  }
  return { ok: true, filter: Object.keys(normal).length > 0 ? normal : undefined }
}

/** The severities that are let through; null when one of those asked for is not of this channel. */
function severitiesOf(filter: Filter, gravity: ReadonlyMap<SeverityName, number>): SeverityName[] | null {
  const { severity: listed = [...gravity.keys()], min_severity: least } = filter
  if (listed.some((one) => !gravity.has(one)) || (least !== undefined && !gravity.has(least))) return null
  const floor = least === undefined ? 0 : (gravity.get(least) ?? 0)
  return [...gravity.keys()].filter((one) => listed.includes(one) && (gravity.get(one) ?? 0) >= floor)
}

/** Sorted, without those that begin with another. */
function shortest(prefixes: readonly string[]): string[] {
  const kept: string[] = []
  for (const prefix of prefixes.toSorted()) {
    const last = kept.at(-1)
    if (last === undefined || !prefix.startsWith(last)) kept.push(prefix)
  }
  return kept
}

const refused = (message: string): NormalFilter => ({ ok: false, message })

/** Makes one test of a normal filter, to be asked for each entry. */
export function compileFilter(filter: Filter): (facets: Facets) => boolean {
  const { min_size_dollars: least, severity: severities, ticker_prefix: prefixes } = filter
  const tests: ((facets: Facets) => boolean)[] = []
  if (least !== undefined) tests.push(({ sizeDollars }) => sizeDollars !== undefined && sizeDollars >= least)
  if (severities) {
    const wanted: ReadonlySet<unknown> = new Set(severities)
    tests.push((facets) => wanted.has(facets.severity))
  }
  if (prefixes)
    tests.push(({ ticker }) => ticker !== undefined && prefixes.some((prefix) => ticker.startsWith(prefix)))
  const [first] = tests
  return first && tests.length === 1 ? first : (facets) => tests.every((test) => test(facets))
}
