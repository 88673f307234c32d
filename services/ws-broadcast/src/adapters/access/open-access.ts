import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { scopes } from '@whalecast/events'
import { ConfigError } from '@whalecast/runtime'
import { Access } from '../../domain/access/access.ts'
import { isLoopback } from '../../domain/admission/loopback.ts'
import { parseStaticTokens, type StaticToken } from '../../domain/access/static-tokens.ts'
import { hashOf, identifyToken } from './identify-token.ts'
import { openJwt, type JwtConfig, type JwtDeps } from './open-jwt.ts'

export type AccessConfig = {
  readonly httpHost: string
  /** Others reach the service through a proxy, wherever it listens. */
  readonly behindProxy: boolean
  readonly tokens: readonly StaticToken[]
  /** A file with further tokens, one a line. */
  readonly tokensFile: string | undefined
  /** What checks signed tokens. */
  readonly jwt?: JwtConfig | undefined
  /** Where a token of our own is kept. */
  readonly dataDir: string
}

/**
 * Who may do what. With no token configured this machine's user may do everything on loopback; on any other
 * address an admin token is made once and kept in a file, so that nothing private is ever open to a network.
 */
export async function openAccess(config: AccessConfig, deps: Omit<JwtDeps, 'public'>): Promise<Access> {
  const { tokensFile, dataDir, jwt } = config
  const onLoopback = isLoopback(config.httpHost) && !config.behindProxy
  const tokens = [...config.tokens, ...(tokensFile === undefined ? [] : await readTokens(tokensFile))]
  const names = tokens.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) < index)
  if (twice !== undefined)
    throw new ConfigError([`WHALECAST_TOKENS, WHALECAST_TOKENS_FILE: there are two tokens named ${twice}`])
  const asked = tokens.length > 0 || jwt !== undefined
  if (!asked && !onLoopback) {
    const path = join(dataDir, 'admin-token')
    const own = await keepToken(path)
    deps.logger.warn('no token is configured: the admin token lies in a file', { path })
    tokens.push({ name: 'admin', hash: hashOf(own), scopes })
  }
  const verify = jwt && (await openJwt(jwt, { ...deps, public: !onLoopback }))
  return new Access({
    find: identifyToken({ tokens, verify, now: deps.now }),
    trustsLoopback: !asked && onLoopback,
  })
}

async function readTokens(path: string): Promise<readonly StaticToken[]> {
  try {
    const lines = (await readFile(path, 'utf8')).split('\n').map((line) => line.trim())
    const tokens = parseStaticTokens(lines.filter((line) => line !== '' && !line.startsWith('#')))
    if (tokens.length === 0) throw new Error('it holds no token')
    return tokens
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError([`WHALECAST_TOKENS_FILE: ${reason}`])
  }
}

/** The token in a file that only this user can read; made whole or not at all, so that replicas agree on one. */
async function keepToken(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  try {
    await link(draft, path)
  } catch (error) {
    if (!isTaken(error)) throw error
  } finally {
    await unlink(draft)
  }
  const token = (await readFile(path, 'utf8')).trim()
  if (token.length < 32) throw new ConfigError([`${path} holds no token: delete it, and one is made`])
  return token
}

const isTaken = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST'
