import { parseCount, parsePrice } from '../venue/units.ts'
import { RequestError } from './request-error.ts'

/** Reads the JSON body of a request, field by field; a bad one throws the exchange's 400. */
export class RequestBody {
  readonly #fields: Readonly<Record<string, unknown>>

  constructor(body: unknown) {
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw undecodable('body must be a JSON object')
    this.#fields = { ...body }
  }

  /** Text; empty text counts as none. */
  text(name: string): string | undefined {
    const value = this.#value(name)
    if (value === undefined || value === '') return undefined
    if (typeof value !== 'string') throw undecodable(`${name} must be a string`)
    return value
  }

  requiredText(name: string): string {
    return required(name, this.text(name))
  }

  choice<T extends string>(name: string, choices: readonly T[]): T {
    const value = this.requiredText(name)
    const choice = choices.find((known) => known === value)
    if (choice === undefined) throw invalid(`${name} must be one of ${choices.join(', ')}`)
    return choice
  }

  flag(name: string): boolean {
    const value = this.#value(name) ?? false
    if (typeof value !== 'boolean') throw undecodable(`${name} must be a boolean`)
    return value
  }

  integer(name: string): number | undefined {
    const value = this.#value(name)
    if (value === undefined) return undefined
    if (typeof value !== 'number' || !Number.isSafeInteger(value))
      throw undecodable(`${name} must be an integer`)
    return value
  }

  /** Dollars as text, in 1e-4 dollars. */
  price(name: string): number {
    return required(name, parsePrice(this.requiredText(name)))
  }

  /** Contracts as text, in 1e-2 contracts; at least zero. */
  count(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const countE2 = parseCount(text)
    if (countE2 === undefined || countE2 < 0)
      throw invalid(`${name} must be a count with at most two decimals`)
    return countE2
  }

  positiveCount(name: string): number {
    const countE2 = required(name, this.count(name))
    if (countE2 === 0) throw invalid(`${name} must be above zero`)
    return countE2
  }

  items(name: string): readonly unknown[] {
    const value = this.#value(name)
    if (!Array.isArray(value)) throw undecodable(`${name} must be an array`)
    if (value.length === 0) throw invalid(`${name} must not be empty`)
    return value
  }

  /** Everything happens on the first shard, in the first subaccount; a request for another one is refused. */
  checkRouting(): void {
    const shard = this.integer('exchange_index') ?? 0
    if (shard !== 0 && shard !== -1) throw invalid('exchange_index is not a shard of this exchange')
    if ((this.integer('subaccount') ?? 0) !== 0) throw invalid('subaccount does not exist')
  }

  #value(name: string): unknown {
    return this.#fields[name] ?? undefined
  }
}

/** A parameter with a value it must not have. */
export function invalid(details: string): RequestError {
  return new RequestError(400, {
    error: { code: 'invalid_parameters', message: 'invalid parameters', details },
  })
}

/** JSON that is none, or not of the types the exchange decodes: these come in the flat form. */
export function undecodable(details: string): RequestError {
  return new RequestError(400, { code: 'bad_request', message: 'bad request', details })
}

function required<T>(name: string, value: T | undefined): T {
  if (value === undefined) throw invalid(`${name} is missing or malformed`)
  return value
}
