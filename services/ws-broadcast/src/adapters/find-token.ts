import { createHash, timingSafeEqual } from 'node:crypto'
import type { Caller } from '../domain/access.ts'
import type { StaticToken } from '../domain/static-tokens.ts'

export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Who a token belongs to. Hashes are compared in constant time, and all of them: how long it takes tells nothing. */
export function findToken(tokens: readonly StaticToken[], token: string): Caller | undefined {
  const hash = hashOf(token)
  let found: StaticToken | undefined
  for (const known of tokens) if (timingSafeEqual(known.hash, hash)) found = known
  return found && { name: found.name, scopes: found.scopes }
}
