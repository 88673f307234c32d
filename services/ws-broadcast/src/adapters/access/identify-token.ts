import { createHash, timingSafeEqual } from 'node:crypto'
import type { Identified } from '../../domain/access/access.ts'
import { CallerCache } from '../../domain/access/caller-cache.ts'
import type { StaticToken } from '../../domain/access/static-tokens.ts'
import { looksLikeJwt } from './verify-jwt.ts'

export type IdentifyOptions = {
  readonly tokens: readonly StaticToken[]
  /** Checks a signed token; without it there are none. */
  readonly verify: ((token: string) => Promise<Identified>) | undefined
  readonly now: () => number
}

/** No token is longer: what is, is not even hashed. */
const maxChars = 4_096
/** Room for a full replica, each client with a token of its own, at about 300 bytes each. */
const remembered = { capacity: 20_000, maxAgeMs: 300_000 }

export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/**
 * Answers whom a token belongs to: one of those configured, compared by hash in constant time and all of them, so
 * that how long it takes tells nothing; or one that is signed. A signature is checked once, also when many show
 * the same token at the same time. No answer rejects, and no token is kept.
 */
export function identifyToken({ tokens, verify, now }: IdentifyOptions) {
  const cache = new CallerCache(remembered)
  const checking = new Map<string, Promise<Identified>>()
  const check = (token: string, hash: string): Promise<Identified> => {
    const known = cache.get(hash, now())
    if (known) return Promise.resolve({ ok: true, caller: known })
    const running = checking.get(hash)
    if (running || !verify) return running ?? Promise.resolve({ ok: false, reason: 'token' })
    const answer = verify(token).then((identified) => {
      checking.delete(hash)
      if (identified.ok) cache.set(hash, identified.caller, now())
      return identified
    })
    checking.set(hash, answer)
    return answer
  }
  return async (token: string): Promise<Identified> => {
    if (token.length > maxChars) return { ok: false, reason: 'token' }
    const hash = hashOf(token)
    const found = findStatic(tokens, hash)
    if (found) {
      const { name, scopes } = found
      return { ok: true, caller: { name, scopes, holder: `token:${name}` } }
    }
    return looksLikeJwt(token) ? check(token, hash.toString('base64')) : { ok: false, reason: 'token' }
  }
}

function findStatic(tokens: readonly StaticToken[], hash: Buffer): StaticToken | undefined {
  let found: StaticToken | undefined
  for (const known of tokens) if (timingSafeEqual(known.hash, hash)) found = known
  return found
}
