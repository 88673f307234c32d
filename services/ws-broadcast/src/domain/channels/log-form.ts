import type { Facets } from './facets.ts'
import type { Feed } from './feeds.ts'
import { compileFilter } from './filters.ts'

/** Which entries of a log are heard on one of its feeds. */
export type LogForm = (facets: Facets) => boolean

/** Makes the test of a feed. */
export function logFormOf({ open, filter }: Pick<Feed, 'open' | 'filter'>): LogForm {
  const passes = filter ? compileFilter(filter) : () => true
  return open ? (facets) => facets.ofTheAccount !== true && passes(facets) : passes
}
