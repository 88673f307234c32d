import { ConfigError } from '@whalecast/runtime'
import type { JwtConfig, JwtSource } from './adapters/access/open-jwt.ts'
import { isLoopback } from './domain/admission/loopback.ts'
import { secretProblem } from './domain/access/secret-strength.ts'

type Settings = {
  readonly WHALECAST_HTTP_HOST: string
  readonly WHALECAST_TRUSTED_PROXIES: readonly string[]
  readonly WHALECAST_JWT_SECRET: string | undefined
  readonly WHALECAST_JWT_SECRET_FILE: string | undefined
  readonly WHALECAST_JWKS_URL: string | undefined
  readonly WHALECAST_JWKS_FILE: string | undefined
  readonly WHALECAST_JWT_ISSUER: string | undefined
  readonly WHALECAST_JWT_AUDIENCE: string | undefined
  readonly WHALECAST_JWT_TOLERANCE_SECONDS: number
}

/** What checks signed tokens; undefined when there are none. Throws a ConfigError for what is unsafe together. */
export function jwtConfig(read: Settings): JwtConfig | undefined {
  const sources = sourcesOf(read)
  const [source] = Object.values(sources)
  const { WHALECAST_JWT_ISSUER: issuer, WHALECAST_JWT_AUDIENCE: audience } = read
  const problems = [...problemsOf(read, Object.keys(sources))]
  if (problems.length > 0) throw new ConfigError(problems)
  const toleranceMs = read.WHALECAST_JWT_TOLERANCE_SECONDS * 1_000
  return source && { source, issuer, audience, toleranceMs }
}

function sourcesOf(read: Settings): Readonly<Record<string, JwtSource>> {
  const { WHALECAST_JWT_SECRET: secret, WHALECAST_JWT_SECRET_FILE: secretFile } = read
  const { WHALECAST_JWKS_URL: jwksUrl, WHALECAST_JWKS_FILE: jwksFile } = read
  return {
    ...(secret !== undefined && { WHALECAST_JWT_SECRET: { secret } }),
    ...(secretFile !== undefined && { WHALECAST_JWT_SECRET_FILE: { secretFile } }),
    ...(jwksUrl !== undefined && { WHALECAST_JWKS_URL: { jwksUrl } }),
    ...(jwksFile !== undefined && { WHALECAST_JWKS_FILE: { jwksFile } }),
  }
}

function* problemsOf(read: Settings, sources: readonly string[]): Iterable<string> {
  const { WHALECAST_JWT_ISSUER: issuer, WHALECAST_JWT_AUDIENCE: audience, WHALECAST_JWKS_URL: url } = read
  if (sources.length > 1)
    yield `${sources.join(', ')}: tokens are checked with one of them; a token for one could else pass for the other`
  if (sources.length === 0 && (issuer ?? audience) !== undefined)
    yield 'WHALECAST_JWT_ISSUER, WHALECAST_JWT_AUDIENCE: nothing checks tokens: WHALECAST_JWT_SECRET or WHALECAST_JWKS_URL is missing'
  if (url !== undefined && url.startsWith('http:') && !isLoopback(new URL(url).hostname))
    yield 'WHALECAST_JWKS_URL: over plain http whoever stands on the way chooses the keys; use https'
  const published = sources.some((name) => name.startsWith('WHALECAST_JWKS'))
  const open = !isLoopback(read.WHALECAST_HTTP_HOST) || read.WHALECAST_TRUSTED_PROXIES.length > 0
  const secret = read.WHALECAST_JWT_SECRET
  const weak = secret === undefined ? undefined : secretProblem(secret, { public: open })
  if (weak !== undefined) yield `WHALECAST_JWT_SECRET: ${weak}`
  if (published && audience === undefined && open)
    yield 'WHALECAST_JWT_AUDIENCE: without it a token that the issuer made for any other service opens this one; set it'
}
