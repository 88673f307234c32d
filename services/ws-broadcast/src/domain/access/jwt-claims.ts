import { scopes, type Scope } from '@whalecast/events'
import type { Caller } from './access.ts'

/** The claims that count here; whatever else a token carries is its issuer's business. */
export type JwtClaims = {
  readonly sub?: unknown
  readonly exp?: unknown
  readonly scope?: unknown
}

const nameLimit = 128

/**
 * Who a token with these claims belongs to: `sub` is the name, `scope` (words in a text, or a list of them) what it
 * opens; everybody may see the market. Undefined without a name or an end: a token that never ends cannot be
 * taken back. Scopes of other services are passed over.
 */
export function callerOfClaims({ sub, exp, scope }: JwtClaims, toleranceMs: number): Caller | undefined {
  if (typeof sub !== 'string' || sub === '' || sub.length > nameLimit) return undefined
  if (typeof exp !== 'number' || !Number.isFinite(exp)) return undefined
  const words = new Set(wordsOf(scope))
  return {
    name: sub,
    scopes: scopes.filter((known: Scope) => known === 'market' || words.has(known)),
    holder: `jwt:${sub}`,
    expiresAtMs: exp * 1_000 + toleranceMs,
  }
}

function wordsOf(scope: unknown): readonly unknown[] {
  if (typeof scope === 'string') return scope.split(' ')
  return Array.isArray(scope) ? scope : []
}
