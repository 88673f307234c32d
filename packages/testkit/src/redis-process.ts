import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { onPath } from './on-path.ts'

/** A Redis of its own, in a temporary folder, which a test may kill and bring back. */
export type PrivateRedis = AsyncDisposable & {
  readonly url: string
  readonly port: number
  /** Ends it as a power cut would; what AOF has is kept. */
  kill9(): Promise<void>
  /** Starts it again on the same port: with its data, or with none. */
  restart(options?: { readonly empty?: boolean }): Promise<void>
  /** Freezes it: connections stay open, nothing answers. */
  pause(): void
  resume(): void
  /** Ends it and removes its folder. Idempotent. */
  stop(): Promise<void>
}

const startMs = 10_000

/** Whether a Redis can be started here without a container. */
export const hasLocalRedis = (): boolean => onPath('redis-server', 'valkey-server') !== undefined

function launch(program: string, port: number, dir: string): Promise<ChildProcess> {
  const child = spawn(
    program,
    // A kill -9 loses nothing that was answered, so a test can count on it.
    `--port ${port} --bind 127.0.0.1 --appendonly yes --appendfsync always --maxmemory-policy noeviction`
      .split(' ')
      .concat('--dir', dir, '--save', ''),
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  return new Promise((resolve, reject) => {
    let output = ''
    const give = (outcome: () => void) => {
      clearTimeout(timer)
      child.removeAllListeners('exit')
      child.stdout.off('data', onData).resume()
      child.stderr.off('data', onData).resume()
      outcome()
    }
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      give(() => reject(new Error(`${program} is not ready after ${startMs} ms:\n${output}`)))
    }, startMs)
    const onData = (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('eady to accept connections')) give(() => resolve(child))
    }
    child.stdout.on('data', onData)
    child.stderr.on('data', onData)
    child.once('exit', () => give(() => reject(new Error(`${program} ended at start:\n${output}`))))
    child.once('error', (error) => give(() => reject(error)))
  })
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

/** Starts a Redis of its own with AOF. Rejects with a clear error where neither redis-server nor valkey-server is on the PATH. */
export async function openPrivateRedis(): Promise<PrivateRedis> {
  const program = onPath('redis-server', 'valkey-server')
  if (!program)
    throw new Error('neither redis-server nor valkey-server is on the PATH: install one to run this test')
  const root = await mkdtemp(join(tmpdir(), 'whalecast-redis-'))
  const port = await freePort()
  let child = await launch(program, port, root)
  const stop = async () => {
    await end(child, 'SIGKILL')
    await rm(root, { recursive: true, force: true })
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill9: () => end(child, 'SIGKILL'),
    async restart({ empty = false } = {}) {
      await end(child, 'SIGTERM')
      if (empty) await rm(join(root, 'appendonlydir'), { recursive: true, force: true })
      child = await launch(program, port, root)
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
