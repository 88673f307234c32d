import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import type { Scope } from './scopes.ts'

/** Whose a key is, and what it may do. */
export type KeyGrant = { readonly accountId: string; readonly scopes: ReadonlySet<Scope> }

/** A public key and the id a client names it by. */
export type RegisteredKey = KeyGrant & { readonly keyId: string; readonly publicKey: KeyObject }

/** A key pair made for a client; only the public half stays with the exchange. */
export type IssuedKey = { readonly keyId: string; readonly privateKeyPem: string }

/** The API keys the exchange knows. */
export class KeyRegistry {
  readonly #keys = new Map<string, RegisteredKey>()

  /** Registers a public key (PEM, RSA or Ed25519). Throws when the text is no such key. */
  register(keyId: string, publicKeyPem: string, grant: KeyGrant): void {
    const publicKey = createPublicKey(publicKeyPem)
    if (publicKey.asymmetricKeyType !== 'rsa' && publicKey.asymmetricKeyType !== 'ed25519') {
      throw new TypeError(`key ${keyId} is ${publicKey.asymmetricKeyType}, neither RSA nor Ed25519`)
    }
    this.#keys.set(keyId, { ...grant, keyId, publicKey })
  }

  /** Makes and registers a key pair, in the format in which the exchange hands out such keys. */
  issue(type: 'rsa' | 'ed25519', grant: KeyGrant): IssuedKey {
    const keyId = randomUUID()
    if (type === 'ed25519') {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519')
      this.#keys.set(keyId, { ...grant, keyId, publicKey })
      return { keyId, privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
    }
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    this.#keys.set(keyId, { ...grant, keyId, publicKey })
    return { keyId, privateKeyPem: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() }
  }

  find(keyId: string): RegisteredKey | undefined {
    return this.#keys.get(keyId)
  }
}
