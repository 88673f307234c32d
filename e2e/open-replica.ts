import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { eventually } from '@whalecast/testkit'

const main = fileURLToPath(new URL('../services/ws-broadcast/dist/main.js', import.meta.url))

/** One more ws-broadcast beside those of a running system. */
export type Replica = AsyncDisposable & { readonly opsUrl: string }

/** Starts one with free ports on the Redis that `env` names; resolves once it is ready. */
export async function openReplica(env: Readonly<Record<string, string>>): Promise<Replica> {
  const dir = await mkdtemp(join(tmpdir(), 'whalecast-replica-'))
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'],
      WHALECAST_DATA_DIR: dir,
      WHALECAST_HTTP_PORT: '0',
      WHALECAST_OPS_PORT: '0',
      LOG_FORMAT: 'json',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
  let opsUrl: string | undefined
  createInterface({ input: child.stdout }).on('line', (line) => {
    log += `${line}\n`
    opsUrl ??= /"ops_url":"([^"]+)"/.exec(line)?.[1]
  })
  const close = async () => {
    child.kill('SIGTERM')
    await ended
    await rm(dir, { recursive: true, force: true })
  }
  try {
    const isReady = async () => opsUrl !== undefined && (await fetch(`${opsUrl}/readyz`)).ok
    await eventually(async () => child.exitCode !== null || (await isReady()), {
      timeoutMs: 30_000,
      everyMs: 50,
    })
    if (opsUrl === undefined || child.exitCode !== null) throw new Error('it ended')
    return { opsUrl, [Symbol.asyncDispose]: close }
  } catch (cause) {
    await close()
    throw new Error(`the replica did not become ready:\n${log}`, { cause })
  }
}
