/** Turns the text of one variable into its value, or throws an Error that says what was expected. */
export type Parser<T> = (text: string) => T

function expected(what: string): never {
  throw new Error(`expected ${what}`)
}

/** A whole number within bounds. */
export const integer =
  (min: number, max: number = Number.MAX_SAFE_INTEGER): Parser<number> =>
  (text) => {
    const value = Number(text)
    const fits = /^-?\d+$/.test(text) && Number.isSafeInteger(value) && value >= min && value <= max
    const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`
    return fits ? value : expected(`a whole number ${range}`)
  }

/** A decimal number within bounds. */
export const decimal =
  (min: number, max: number): Parser<number> =>
  (text) => {
    const value = Number(text)
    const fits = /^\d+(\.\d+)?$/.test(text) && value >= min && value <= max
    return fits ? value : expected(`a number from ${min} to ${max}`)
  }

/** One word out of a fixed choice. */
export const oneOf =
  <const Choice extends readonly string[]>(...choice: Choice): Parser<Choice[number]> =>
  (text) =>
    choice.find((word) => word === text) ?? expected(`one of ${choice.join(', ')}`)

/** Any text. */
export const text: Parser<string> = (value) => value

/** Words separated by commas; spaces around them and empty ones do not count. */
export const list: Parser<readonly string[]> = (value) =>
  value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')

/** An absolute URL with one of these protocols, without a trailing slash. */
export const url =
  (...protocols: readonly string[]): Parser<string> =>
  (value) => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined
    if (!parsed || !protocols.includes(parsed.protocol.replace(':', '')))
      return expected(`a URL that begins with ${protocols.map((name) => `${name}://`).join(' or ')}`)
    return value.replace(/\/+$/, '')
  }

/** One Redis URL, or several separated by commas. */
export const redisUrl: Parser<string> = (value) => {
  const parse = url('redis', 'rediss', 'redis+sentinel', 'rediss+sentinel', 'redis+cluster', 'rediss+cluster')
  for (const one of list(value)) parse(one)
  return value
}
