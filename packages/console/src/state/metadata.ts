import {
  formatClock,
  formatCount,
  formatDollars,
  formatId,
  formatMoney,
  formatName,
  formatPercent,
  formatPrice,
  formatSpan,
} from '../format.ts'
import type { Activity } from './frames.ts'

/** One thing that is known of a happening, ready to be read. */
export type Fact = {
  readonly label: string
  readonly value: string
  /** The whole where `value` is shortened. */
  readonly title?: string
  readonly tone?: 'good' | 'bad'
}

/** A fact with parts: an object or a list. */
export type FactList = { readonly label: string; readonly facts: readonly Fact[] }

export type ActivityFacts = {
  /** What a reader wants to see at once. */
  readonly chips: readonly Fact[]
  /** Everything else there is to know. */
  readonly more: readonly (Fact | FactList)[]
}

const chipsAtMost = 5

// Shown already as colour, as badges or in the message.
const shownElsewhere: ReadonlySet<string> = new Set([
  'severity',
  'from_state',
  'to_state',
  'context',
  'reason',
])

// Bookkeeping: true, and of no use until somebody asks.
const aside =
  /(^|_)(since_ms|timestamp_ms|instance|url|epoch|offset)$|_id$|^(all|critical|non_critical)_healthy$/

/** What of an activity's metadata is worth a glance, and what is only worth a look. Nothing is left out but nulls and what stands beside it anyway. */
export function factsOf({ metadata, message }: Pick<Activity, 'metadata' | 'message'>): ActivityFacts {
  const chips: Fact[] = []
  const more: (Fact | FactList)[] = []
  for (const [name, value] of Object.entries(metadata)) {
    if (value === null || value === undefined || value === '' || shownElsewhere.has(name)) continue
    if (isParts(value)) {
      const list = partsOf(name, value)
      if (list.facts.length === 0) continue
      const summary = summaryOf(name, value)
      if (summary) chips.push(summary)
      more.push(list)
    } else if (aside.test(name) || chips.length >= chipsAtMost || isSaid(message, value)) {
      more.push(factOf(name, value))
    } else {
      chips.push(factOf(name, value))
    }
  }
  return { chips, more }
}

/** Whether the message has the word already. Figures are too short to tell. */
function isSaid(message: string, value: unknown): boolean {
  return typeof value === 'string' && value.length > 1 && message.toLowerCase().includes(value.toLowerCase())
}

export const isFactList = (fact: Fact | FactList): fact is FactList => 'facts' in fact

type Parts = Readonly<Record<string, unknown>> | readonly unknown[]

function isParts(value: unknown): value is Parts {
  return typeof value === 'object' && value !== null
}

function partsOf(name: string, value: Parts): FactList {
  const entries: readonly (readonly [string, unknown])[] = Array.isArray(value)
    ? value.map((each, index): [string, unknown] => [String(index + 1), each])
    : Object.entries(value)
  return {
    label: formatName(name),
    facts: entries.map(([part, each]) => verdictOf(factOf(part, each), each)),
  }
}

/** Yes and no by name is a checklist: how many are well, and which are not. */
function summaryOf(name: string, value: Parts): Fact | null {
  if (Array.isArray(value)) return { label: formatName(name), value: `${value.length}` }
  const entries = Object.entries(value)
  if (!entries.every(([, each]) => typeof each === 'boolean')) return null
  const ill = entries.filter(([, each]) => each === false).map(([part]) => formatName(part))
  return ill.length === 0
    ? { label: formatName(name), value: `all ${entries.length} ok`, tone: 'good' }
    : { label: `${formatName(name)} not ok`, value: ill.join(', '), tone: 'bad' }
}

/** On a checklist yes is good; elsewhere it is only an answer. */
const verdictOf = (fact: Fact, value: unknown): Fact =>
  typeof value === 'boolean' ? { ...fact, tone: value ? 'good' : 'bad' } : fact

function factOf(name: string, value: unknown): Fact {
  if (typeof value === 'boolean') return { label: formatName(name), value: value ? 'yes' : 'no' }
  if (typeof value === 'number') return numberFact(name, value)
  if (typeof value !== 'string') return { label: formatName(name), value: JSON.stringify(value) ?? '' }
  if (!name.endsWith('_id')) return { label: formatName(name), value }
  return { label: formatName(name.slice(0, -3)), value: formatId(value), title: value }
}

// Later than 2001: no span that is told anywhere is as long.
const firstMoment = 1e12

function numberFact(name: string, value: number): Fact {
  const unit = /_(ms|seconds|cents|dollars|percent)$/.exec(name)?.[1]
  const label = formatName(unit === undefined ? name : name.slice(0, -unit.length - 1))
  if (unit === 'ms') return { label, value: value >= firstMoment ? formatClock(value) : formatShort(value) }
  if (unit === 'seconds') return { label, value: formatShort(value * 1_000) }
  // A contract's price is read in cents, money in dollars.
  if (unit === 'cents')
    return { label, value: label.endsWith('price') ? formatPrice(value) : formatMoney(value) }
  if (unit === 'dollars') return { label, value: formatDollars(value) }
  if (unit === 'percent') return { label, value: formatPercent(value) }
  return { label, value: formatCount(value) }
}

const formatShort = (ms: number): string => (Math.abs(ms) < 1_000 ? `${formatCount(ms)} ms` : formatSpan(ms))
