import { constants, createPrivateKey, sign, type KeyObject } from 'node:crypto'

/** The key cannot sign, and no retry changes that. Never carries any part of the key. */
export class KeyError extends Error {
  override readonly name = 'KeyError'
  readonly retryable = false
}

/** Signs requests and handshakes with one API key. */
export type Signer = {
  readonly keyId: string
  readonly algorithm: 'rsa' | 'ed25519'
  /** The headers of one request, good for some seconds around `nowMs`. The path is the whole one; a query is left out. */
  headers(method: string, path: string, nowMs: number): Record<string, string>
}

/** Takes an RSA or an Ed25519 key in PEM, PKCS#1 or PKCS#8, with real or escaped line ends; else throws KeyError. */
export function createSigner(keyId: string, privateKeyPem: string): Signer {
  if (keyId.trim() === '') throw new KeyError('The API key id is empty')
  const key = readKey(privateKeyPem)
  const algorithm = algorithmOf(key)
  return {
    keyId,
    algorithm,
    headers(method, path, nowMs) {
      const timestamp = String(Math.trunc(nowMs))
      const signed = Buffer.from(timestamp + method.toUpperCase() + withoutQuery(path))
      const signature = algorithm === 'rsa' ? signRsa(signed, key) : sign(null, signed, key)
      return {
        'KALSHI-ACCESS-KEY': keyId,
        'KALSHI-ACCESS-TIMESTAMP': timestamp,
        'KALSHI-ACCESS-SIGNATURE': signature.toString('base64'),
      }
    },
  }
}

function signRsa(signed: Buffer, key: KeyObject): Buffer {
  return sign('sha256', signed, {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  })
}

function readKey(pem: string): KeyObject {
  // Environment files and secret stores like to hand a PEM over on one line.
  const text = pem.replaceAll('\\r', '').replaceAll('\\n', '\n').trim()
  if (!text.includes('-----BEGIN')) throw new KeyError('The private key is not in PEM form')
  if (text.includes('ENCRYPTED')) throw new KeyError('The private key is encrypted with a passphrase')
  if (text.includes('PUBLIC KEY')) throw new KeyError('This is a public key, not the private one')
  try {
    return createPrivateKey(text)
  } catch (cause) {
    throw new KeyError('The private key cannot be read', { cause })
  }
}

function algorithmOf(key: KeyObject): Signer['algorithm'] {
  const type = key.asymmetricKeyType
  if (type === 'rsa' || type === 'ed25519') return type
  throw new KeyError(`The exchange takes RSA and Ed25519 keys, not ${type ?? 'unknown ones'}`)
}

function withoutQuery(path: string): string {
  const query = path.indexOf('?')
  return query < 0 ? path : path.slice(0, query)
}
