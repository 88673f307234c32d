import { Redis } from 'ioredis'
import { isScripted, scriptOptions, type ScriptedRedis } from './scripts.ts'

/** How long a first connection may take. Redis on the same network answers in milliseconds. */
const connectTimeoutMs = 5_000
/** ioredis waits so long for the far end of a connection that it closes, even when there is none any more. */
const disconnectTimeoutMs = 100
/** The longest pause between two attempts to reconnect: a restarted Redis is found within it. */
const longestRetryMs = 500

/** Redis could not be reached at start. */
export class RedisUnreachableError extends Error {
  override readonly name = 'RedisUnreachableError'
}

function options(name: string) {
  return {
    connectionName: name,
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    disconnectTimeout: disconnectTimeoutMs,
    // Commands wait while Redis is away; what was under way is sent again, and every script bears that.
    maxRetriesPerRequest: null,
    retryStrategy: (attempt: number) => Math.min(longestRetryMs, 20 * 2 ** Math.min(attempt, 10)),
    // A failover leaves connections on a server that became a replica: dial again and repeat.
    reconnectOnError: (error: Error) => (error.message.startsWith('READONLY') ? 2 : false),
    ...scriptOptions,
  } as const
}

/** A connection for scripts and commands, up when this resolves. */
export async function connectRedis(url: string, name: string): Promise<ScriptedRedis> {
  const redis = new Redis(url, { ...options(name), enableAutoPipelining: true })
  if (!isScripted(redis)) throw new TypeError('the scripts were not defined on the connection')
  let failure: unknown
  redis.on('error', (error) => (failure = error))
  // The first failure is final here: a service that cannot start says so and is started again.
  const failed = new Promise<never>((_, reject) => redis.once('error', reject))
  try {
    await Promise.race([redis.connect(), failed])
  } catch (error) {
    redis.disconnect()
    const { host, port } = redis.options
    throw new RedisUnreachableError(`cannot reach Redis at ${host}:${port}: ${reason(failure ?? error)}`, {
      cause: error,
    })
  }
  return redis
}

/** Another connection like it, for subscriptions or for BullMQ, which wants its own. */
export function duplicate(redis: Redis, name: string): Redis {
  return redis.duplicate({ ...options(name), enableAutoPipelining: false })
}

/**
 * Whether an error tells only that the connection broke. ioredis has no class for it: commands in a pipeline
 * that was cut are rejected with these, although single commands are sent again.
 */
export function isConnectionFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? error.code : undefined
  return (
    error.message === 'Connection is closed.' ||
    error.name === 'AbortError' ||
    ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT'].includes(String(code)) ||
    error.message.startsWith('LOADING')
  )
}

function reason(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reason).join(', ')
  return error instanceof Error ? error.message : String(error)
}
