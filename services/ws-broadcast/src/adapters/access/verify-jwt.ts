import { errors, jwtVerify, type CryptoKey, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import type { Identified } from '../../domain/access/access.ts'
import { callerOfClaims } from '../../domain/access/jwt-claims.ts'
import { KeysUnavailable } from './key-set.ts'

/** What tokens are signed with: one of these, so that a public key can never be taken for a shared secret. */
export type JwtKeys =
  /** Shared secrets, newest first: while one is replaced both hold. */
  { readonly secrets: readonly CryptoKey[] } | { readonly keyFor: JWTVerifyGetKey }

export type JwtRules = {
  readonly keys: JwtKeys
  readonly issuer: string | undefined
  readonly audience: string | undefined
  readonly toleranceMs: number
  readonly now: () => number
}

const sharedOnly = ['HS256']
const publicOnly = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

/** A shared secret, made ready once: it is the greater part of a check otherwise. */
export function importSecret(secret: string): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, ['verify'])
}

/** Three parts, as every signed token has. */
export const looksLikeJwt = (token: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)

/** Whom a signed token belongs to. Never rejects: whatever is shown, the answer is a caller or a reason. */
export async function verifyJwt(token: string, rules: JwtRules): Promise<Identified> {
  const { keys, toleranceMs } = rules
  try {
    const claims =
      'secrets' in keys ? await byAnySecret(token, keys.secrets, rules) : await byKeySet(token, keys, rules)
    const caller = callerOfClaims(claims, toleranceMs)
    return caller ? { ok: true, caller } : { ok: false, reason: 'token' }
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { ok: false, reason: 'token_expired' }
    return { ok: false, reason: error instanceof KeysUnavailable ? 'keys' : 'token' }
  }
}

const checks = ({ issuer, audience, toleranceMs, now }: JwtRules) => ({
  ...(issuer !== undefined && { issuer }),
  ...(audience !== undefined && { audience }),
  clockTolerance: toleranceMs / 1_000,
  currentDate: new Date(now()),
  requiredClaims: ['exp', 'sub'],
})

async function byKeySet(token: string, { keyFor }: { keyFor: JWTVerifyGetKey }, rules: JwtRules) {
  const { payload } = await jwtVerify(token, keyFor, { ...checks(rules), algorithms: publicOnly })
  return payload
}

async function byAnySecret(
  token: string,
  [secret, ...older]: readonly CryptoKey[],
  rules: JwtRules,
): Promise<JWTPayload> {
  if (!secret) throw new errors.JWSSignatureVerificationFailed()
  try {
    const { payload } = await jwtVerify(token, secret, { ...checks(rules), algorithms: sharedOnly })
    return payload
  } catch (error) {
    const another = error instanceof errors.JWSSignatureVerificationFailed && older.length > 0
    if (another) return byAnySecret(token, older, rules)
    throw error
  }
}
