import { randomBytes } from 'node:crypto'
import { dockerAnswers, openRedisContainer } from './redis-container.ts'
import { hasLocalRedis, openPrivateRedis } from './redis-process.ts'

/** A Redis for a test. Others may use it at the same time: every test takes a prefix of its own. */
export type TestRedis = AsyncDisposable & {
  readonly url: string
  /** Gives it back; the server ends with its last user. Idempotent. */
  stop(): Promise<void>
}

type Server = { readonly url: string; stop(): Promise<void> }

async function openServer(): Promise<Server> {
  const given = process.env['REDIS_URL']
  if (given) return { url: given, stop: () => Promise.resolve() }
  const local = hasLocalRedis()
  if (await dockerAnswers(process.env['DOCKER_HOST'])) {
    try {
      return await openRedisContainer()
    } catch (error) {
      // An engine without the image and without a network still leaves the local server.
      if (!local) throw error
    }
  }
  if (local) return openPrivateRedis()
  throw new Error(
    'no Redis for this test: set REDIS_URL, or start a Docker engine, or install redis-server or valkey-server',
  )
}

let shared: Promise<Server> | undefined
let users = 0

/**
 * A Redis for a test: REDIS_URL when set, else a container where a Docker engine answers, else a local
 * server on a free port. One server serves everybody who has it open in the same test file.
 */
export async function openRedis(): Promise<TestRedis> {
  users++
  shared ??= openServer()
  let open = true
  const stop = async () => {
    if (!open) return
    open = false
    users--
    if (users > 0 || !shared) return
    const server = shared
    shared = undefined
    await (await server).stop()
  }
  try {
    return { url: (await shared).url, stop, [Symbol.asyncDispose]: stop }
  } catch (error) {
    users--
    shared = undefined
    throw error
  }
}

/** A key prefix that no other test uses. */
export const uniquePrefix = (): string => `test-${randomBytes(6).toString('hex')}`
