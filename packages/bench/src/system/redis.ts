import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '@whalecast/testkit'
import { Redis } from 'ioredis'
import { inRoot } from './root.ts'

/** What `npm start` knows of its private Redis. */
type RedisScripts = {
  findRedisServer(): Promise<string>
  privateRedis(where: { program: string; port: number; dataDir: string }): {
    readonly command: string
    readonly args: readonly string[]
  }
}

export type BenchRedis = AsyncDisposable & {
  readonly url: string
  readonly pid: number
  readonly version: string
  /** Empties it, so that one system does not carry what another left. */
  empty(): Promise<void>
}

const startMs = 10_000

/** A Redis as `npm start` runs it, on a free port, in a folder that goes with it. */
export async function openBenchRedis(): Promise<BenchRedis> {
  const scripts: RedisScripts = await import(inRoot('scripts/lib/redis-server.mjs').href)
  const program = await scripts.findRedisServer()
  const dataDir = await mkdtemp(join(tmpdir(), 'whalecast-bench-'))
  const port = await freePort()
  const { command, args } = scripts.privateRedis({ program, port, dataDir })
  const child = spawn(command, args, { stdio: 'ignore' })
  const failed = once(child, 'error').then(([error]) => Promise.reject(error))
  const redis = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null, retryStrategy: () => 50 })
  redis.on('error', () => undefined)
  const version = await Promise.race([
    redis.info('server'),
    failed,
    wait(startMs, undefined, { ref: false }).then(() =>
      Promise.reject(new Error(`${command} does not answer`)),
    ),
  ])
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    version: /redis_version:(\S+)/.exec(version)?.[1] ?? 'unknown',
    empty: async () => void (await redis.flushall()),
    async [Symbol.asyncDispose]() {
      redis.disconnect()
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
