import { scopes, type Scope } from '@whalecast/events'

/** A token as it is configured: never itself, only its hash. */
export type StaticToken = {
  readonly name: string
  /** SHA-256 of the token, 32 bytes. */
  readonly hash: Buffer
  readonly scopes: readonly Scope[]
}

const shape = /^([A-Za-z0-9._-]{1,64}):([0-9a-fA-F]{64}):([a-z+]+)$/
const isScope = (word: string): word is Scope => scopes.some((scope) => scope === word)

/** Reads entries of the form `name:sha256hex:scope+scope`. Throws an Error that names the entry, never what it holds. */
export function parseStaticTokens(entries: readonly string[]): readonly StaticToken[] {
  const names = new Set<string>()
  return entries.map((entry, index) => {
    const [, name, hex, words] = shape.exec(entry) ?? []
    if (name === undefined || hex === undefined || words === undefined)
      throw new Error(`entry ${index + 1} is not name:sha256 in hex:scope+scope`)
    const wanted = words.split('+')
    const known = wanted.filter(isScope)
    if (known.length < wanted.length)
      throw new Error(`entry ${index + 1} (${name}): scopes are ${scopes.join(', ')}`)
    if (names.has(name)) throw new Error(`entry ${index + 1}: there are two tokens named ${name}`)
    names.add(name)
    return {
      name,
      hash: Buffer.from(hex, 'hex'),
      scopes: scopes.filter((scope) => scope === 'market' || known.includes(scope)),
    }
  })
}
