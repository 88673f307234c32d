import { constants, type KeyObject, verify } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { KeyRegistry, RegisteredKey } from './key-registry.ts'

/** How far a client's clock may be off. The exchange does not publish its window; this one fits what was observed. */
export type SkewWindow = { readonly pastMs: number; readonly futureMs: number }

/** What the exchange says to a request it does not believe, always with HTTP status 401. */
type AuthFailure = { readonly code: string; readonly message: string; readonly details?: string }

type AuthResult =
  | { readonly ok: true; readonly key: RegisteredKey }
  | { readonly ok: false; readonly failure: AuthFailure }

export type AuthRules = {
  readonly keys: KeyRegistry
  readonly skew: SkewWindow
  readonly clock: () => number
}

const headerNames = {
  key: 'kalshi-access-key',
  timestamp: 'kalshi-access-timestamp',
  signature: 'kalshi-access-signature',
}

/** True when a request carries any of the three auth headers, and so must carry all of them, rightly. */
export function isSigned(headers: IncomingHttpHeaders): boolean {
  return Object.values(headerNames).some((name) => headers[name] !== undefined)
}

/** Verifies the signature over `timestamp + METHOD + path`, the path as requested but without its query. */
export function verifyRequest(
  request: { method: string; url: string; headers: IncomingHttpHeaders },
  { keys, skew, clock }: AuthRules,
): AuthResult {
  const keyId = header(request.headers, headerNames.key)
  const signature = header(request.headers, headerNames.signature)
  const timestamp = header(request.headers, headerNames.timestamp)
  if (keyId === undefined) return refuse('token_authentication_failure', 'token authentication failure')
  if (signature === undefined) {
    return refuse('signature_is_missing_from_headers', 'signature is missing from headers')
  }
  const known = keys.find(keyId)
  if (!known) return refuse('authentication_error', 'authentication error', 'NOT_FOUND')
  // Thirteen digits are milliseconds; the exchange answers a time in seconds as a wrong signature.
  if (timestamp === undefined || !/^\d{13}$/.test(timestamp)) return wrongSignature
  const offsetMs = Number(timestamp) - clock()
  if (offsetMs < -skew.pastMs || offsetMs > skew.futureMs) {
    return refuse('header_timestamp_expired', 'header timestamp expired')
  }
  const [path = ''] = request.url.split('?')
  const signed = Buffer.from(timestamp + request.method.toUpperCase() + path)
  return isSignatureOf(signed, signature, known.publicKey) ? { ok: true, key: known } : wrongSignature
}

const wrongSignature = refuse('authentication_error', 'authentication error', 'INCORRECT_API_KEY_SIGNATURE')

function refuse(code: string, message: string, details?: string): AuthResult {
  return { ok: false, failure: details === undefined ? { code, message } : { code, message, details } }
}

/** The key id a request names, whether or not it is its own. */
export function claimedKeyId(headers: IncomingHttpHeaders): string | undefined {
  return header(headers, headerNames.key)
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function isSignatureOf(signed: Buffer, signature: string, key: KeyObject): boolean {
  const bytes = Buffer.from(signature, 'base64')
  try {
    return key.asymmetricKeyType === 'ed25519'
      ? verify(null, signed, key, bytes)
      : verify('sha256', signed, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }, bytes)
  } catch {
    // A signature of the wrong length is refused by an exception on some OpenSSL builds.
    return false
  }
}
