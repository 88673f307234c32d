import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey, type LocalJWKSet } from 'jose'

/** The keys cannot be had: the answer about a token has to wait. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable'
}

export type KeySetOptions = {
  /** Reads the keys from where they are published. */
  readonly load: () => Promise<JSONWebKeySet>
  readonly now: () => number
  /** The keys could not be read; those before, if there are any, stay in use. */
  readonly onFailed: (error: unknown) => void
}

/**
 * A token with a key that is not known makes the keys be read again, since issuers change theirs; not more often
 * than this, whatever is shown to us.
 */
const cooldownMs = 30_000

/** The public keys of an issuer. An issuer that is away changes nothing for those whose keys are known. */
export class KeySet {
  readonly #options: KeySetOptions
  #keys: LocalJWKSet | undefined
  #reading: Promise<void> | undefined
  #readAtMs = -Infinity

  constructor(options: KeySetOptions) {
    this.#options = options
  }

  /** Whether any keys are known. */
  get known(): boolean {
    return this.#keys !== undefined
  }

  /** Reads the keys; who asks meanwhile waits for the same answer. Never rejects. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined))
    return this.#reading
  }

  /** The key that a token's header names. */
  readonly keyFor: JWTVerifyGetKey = async (header, token) => {
    if (!this.#keys) await this.#refreshIfRested()
    if (!this.#keys) throw new KeysUnavailable('no keys have been read')
    try {
      return await this.#keys(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      await this.#refreshIfRested()
      return this.#keys(header, token)
    }
  }

  async #refreshIfRested(): Promise<void> {
    if (this.#reading || this.#options.now() - this.#readAtMs >= cooldownMs) await this.refresh()
  }

  async #read(): Promise<void> {
    this.#readAtMs = this.#options.now()
    try {
      this.#keys = createLocalJWKSet(publicOnly(await this.#options.load()))
    } catch (error) {
      this.#options.onFailed(error)
    }
  }
}

/** A secret key in a public place is a mistake, and a shared one would let whoever reads it make tokens. */
function publicOnly(jwks: JSONWebKeySet): JSONWebKeySet {
  const keys: unknown = jwks.keys
  if (!Array.isArray(keys)) throw new Error('this is no set of keys: it has no list "keys"')
  for (const key of jwks.keys)
    if (key.kty === 'oct' || key.d !== undefined) throw new Error('it holds a private or a shared key')
  return jwks
}
