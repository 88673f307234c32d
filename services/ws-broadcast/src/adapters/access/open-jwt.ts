import { readFile } from 'node:fs/promises'
import { ConfigError, type Logger } from '@whalecast/runtime'
import type { Identified } from '../../domain/access/access.ts'
import { secretProblem } from '../../domain/access/secret-strength.ts'
import { KeySet } from './key-set.ts'
import { readKeySet } from './read-key-set.ts'
import { importSecret, verifyJwt, type JwtKeys } from './verify-jwt.ts'

/** Where the keys for signed tokens come from: exactly one place. */
export type JwtSource =
  | { readonly secret: string }
  | { readonly secretFile: string }
  | { readonly jwksUrl: string }
  | { readonly jwksFile: string }

export type JwtConfig = {
  readonly source: JwtSource
  readonly issuer: string | undefined
  readonly audience: string | undefined
  /** How far clocks may disagree; for so long after its end a token still holds. */
  readonly toleranceMs: number
}

export type JwtDeps = {
  /** Whether anybody but this machine reaches the service. */
  readonly public: boolean
  readonly logger: Logger
  readonly now: () => number
  readonly defer: (label: string, release: () => void) => void
}

/** How often keys are read again without being asked for; an issuer that withdraws one is heard within this. */
const refreshMs = 600_000

/** What checks signed tokens. Throws a ConfigError when its keys cannot be used. */
export async function openJwt(
  config: JwtConfig,
  deps: JwtDeps,
): Promise<(token: string) => Promise<Identified>> {
  const { issuer, audience, toleranceMs } = config
  const keys = await openKeys(config.source, deps)
  return (token) => verifyJwt(token, { keys, issuer, audience, toleranceMs, now: deps.now })
}

async function openKeys(source: JwtSource, deps: JwtDeps): Promise<JwtKeys> {
  if ('secret' in source) return shared('WHALECAST_JWT_SECRET', [source.secret], deps)
  if ('secretFile' in source) {
    const name = 'WHALECAST_JWT_SECRET_FILE'
    const text = await readFile(source.secretFile, 'utf8').catch((cause: unknown) => refuse(name, cause))
    const lines = text.split('\n').map((line) => line.trim())
    return shared(
      name,
      lines.filter((line) => line !== ''),
      deps,
    )
  }
  return published(source, deps)
}

async function shared(name: string, secrets: readonly string[], deps: JwtDeps): Promise<JwtKeys> {
  if (secrets.length === 0) return refuse(name, new Error('it holds no secret'))
  for (const secret of secrets) {
    const problem = secretProblem(secret, { public: deps.public })
    if (problem !== undefined) return refuse(name, new Error(problem))
  }
  return { secrets: await Promise.all(secrets.map(importSecret)) }
}

/** A file that cannot be used stops the start; an issuer that does not answer does not: the market needs no token. */
async function published(
  source: { readonly jwksUrl: string } | { readonly jwksFile: string },
  { logger, now, defer }: JwtDeps,
): Promise<JwtKeys> {
  const place = 'jwksUrl' in source ? { url: source.jwksUrl } : { file: source.jwksFile }
  let failure: unknown
  const keys = new KeySet({
    load: () => readKeySet(place),
    now,
    onFailed: (error) => {
      failure = error
      logger.warn('the keys for tokens could not be read', { place, error })
    },
  })
  await keys.refresh()
  if (!keys.known && 'file' in place) return refuse('WHALECAST_JWKS_FILE', failure)
  const timer = setInterval(() => void keys.refresh(), refreshMs)
  defer('keys for tokens', () => clearInterval(timer))
  return { keyFor: keys.keyFor }
}

function refuse(name: string, cause: unknown): never {
  throw new ConfigError([`${name}: ${cause instanceof Error ? cause.message : String(cause)}`])
}
