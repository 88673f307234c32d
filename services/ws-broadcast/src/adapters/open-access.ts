import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { scopes } from '@whalecast/events'
import { ConfigError, type Logger } from '@whalecast/runtime'
import { Access } from '../domain/access.ts'
import { isLoopback } from '../domain/loopback.ts'
import { parseStaticTokens, type StaticToken } from '../domain/static-tokens.ts'
import { findToken, hashOf } from './find-token.ts'

export type AccessConfig = {
  readonly httpHost: string
  readonly tokens: readonly StaticToken[]
  /** A file with further tokens, one a line. */
  readonly tokensFile: string | undefined
  /** Where a token of our own is kept. */
  readonly dataDir: string
}

/**
 * Who may do what. With no token configured this machine's user may do everything on loopback; on any other
 * address an admin token is made once and kept in a file, so that nothing private is ever open to a network.
 */
export async function openAccess(config: AccessConfig, logger: Logger): Promise<Access> {
  const { httpHost, tokensFile, dataDir } = config
  const tokens = [...config.tokens, ...(tokensFile === undefined ? [] : await readTokens(tokensFile))]
  if (tokens.length > 0) return accessBy(tokens, false)
  if (isLoopback(httpHost)) return accessBy(tokens, true)
  const path = join(dataDir, 'admin-token')
  const own = await keepToken(path)
  logger.warn('no token is configured: the admin token lies in a file', { path })
  return accessBy([{ name: 'admin', hash: hashOf(own), scopes }], false)
}

function accessBy(tokens: readonly StaticToken[], trustsLoopback: boolean): Access {
  return new Access({ find: (token) => findToken(tokens, token), trustsLoopback })
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
