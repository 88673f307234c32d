import { badFilter, badParameter } from './request-error.ts'

type RawQuery = Readonly<Record<string, unknown>>

/** Reads the query of a request, parameter by parameter; a bad one throws the exchange's 400. */
export class Query {
  readonly #raw: RawQuery

  constructor(raw: RawQuery) {
    this.#raw = raw
  }

  text(name: string): string | undefined {
    const value = this.#raw[name]
    if (value === undefined || value === '') return undefined
    if (typeof value !== 'string') throw badParameter(`${name} must be given once`)
    return value
  }

  /** Comma-separated list. */
  list(name: string): readonly string[] | undefined {
    return this.text(name)?.split(',').filter(Boolean)
  }

  /** Parameter that is repeated for each of its values. */
  repeated(name: string): readonly string[] {
    const value = this.#raw[name] ?? []
    return (Array.isArray(value) ? value : [value]).map(String).filter(Boolean)
  }

  flag(name: string): boolean {
    return this.choice(name, ['true', 'false']) === 'true'
  }

  optionalFlag(name: string): boolean | undefined {
    const value = this.choice(name, ['true', 'false'])
    return value === undefined ? undefined : value === 'true'
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const choice = choices.find((known) => known === value)
    if (choice === undefined) throw badFilter(`invalid ${name} filter`)
    return choice
  }

  /** Unix seconds, as milliseconds. */
  secondsAsMs(name: string): number | undefined {
    const value = this.integer(name)
    return value === undefined ? undefined : value * 1_000
  }

  /** Page size; above the maximum is refused, not clamped, and 0 stands for the default. */
  limit(standard: number, max: number): number {
    const limit = this.integer('limit') ?? standard
    if (limit < 0 || limit > max) throw badParameter(`limit must be between 0 and ${max}`)
    return limit === 0 ? standard : limit
  }

  integer(name: string): number | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    if (!/^-?\d{1,15}$/.test(value)) throw badParameter(`${name} must be an integer`)
    return Number(value)
  }

  /** The position a cursor stands for. The exchange takes a cursor it did not issue as none at all. */
  cursor(): number | undefined {
    const text = Buffer.from(this.text('cursor') ?? '', 'base64url').toString()
    return /^at:\d{1,15}$/.test(text) ? Number(text.slice(3)) : undefined
  }
}

/** The cursor of the page that begins after this position; empty text when there is none. */
export function cursorAt(position: number | undefined): string {
  return position === undefined ? '' : Buffer.from(`at:${position}`).toString('base64url')
}

/** A page of items in the order of their positions, from behind the cursor, and the cursor of the next one. */
export function pageOf<T>(
  items: Iterable<T>,
  page: {
    after: number | undefined
    limit: number
    position: (item: T) => number
    wanted: (item: T) => boolean
  },
): { items: T[]; cursor: string } {
  const found: T[] = []
  for (const item of items) {
    if (page.position(item) <= (page.after ?? 0) || !page.wanted(item)) continue
    const last = found.at(-1)
    if (found.length === page.limit && last !== undefined)
      return { items: found, cursor: cursorAt(page.position(last)) }
    found.push(item)
  }
  return { items: found, cursor: '' }
}

/** A page of numbered items, newest first, from before the cursor, and the cursor of the next one. */
export function pageBack<T extends { readonly number: number }>(
  items: readonly T[],
  page: { before: number | undefined; limit: number; wanted: (item: T) => boolean },
): { items: T[]; cursor: string } {
  const found: T[] = []
  for (const item of items.toReversed()) {
    if (item.number >= (page.before ?? Infinity) || !page.wanted(item)) continue
    if (found.length === page.limit) return { items: found, cursor: cursorAt(found.at(-1)?.number) }
    found.push(item)
  }
  return { items: found, cursor: '' }
}
