import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { eventually } from './eventually.ts'
import { mayOrder, OrderWatch, type OrderRequestSeen } from './order-watch.ts'
import { uniquePrefix } from './redis.ts'
import { hasLocalRedis } from './redis-process.ts'

/** One process of a running system. */
export type Process = {
  readonly name: string
  /** Null between a crash and the restart. */
  readonly pid: number | null
  readonly opsUrl: string | null
  /** How often it was started again. */
  readonly restarts: number
}

/** The whole of Whalecast as `npm start` runs it, on free ports and data of its own. */
export type System = AsyncDisposable & {
  /** The console's address, with a slash at its end. */
  readonly url: string
  /** Every process as it is now. */
  processes(): readonly Process[]
  /** Sends a signal to one of them; it is restarted when that ends it. */
  kill(name: string, signal: NodeJS.Signals): Promise<void>
  /** Every line of the merged log so far. */
  readonly logs: readonly string[]
  /**
   * Stops everything, and rejects when that was not clean, anything is left, or an order reached the simulator though
   * nobody may order. Idempotent.
   */
  close(): Promise<void>
}

type SystemOptions = {
  readonly timeoutMs?: number
  /** The log of orders of a simulator that the test itself runs. */
  readonly ordersSeen?: () => readonly OrderRequestSeen[]
}

type RunFile = { readonly url: string; readonly ready: boolean; readonly processes: readonly Process[] }

const simulator = 'exchange-sim'
const startScript = fileURLToPath(new URL('../../../scripts/start.mjs', import.meta.url))
const ours = /^(WHALECAST|WHALE|KALSHI|EXECUTOR|TRADING|SIM|LOG)_|^REDIS_URL$|^NODE_OPTIONS$/

/** What a developer has set for runs of their own must not reach a test. */
function hermetic(dataDir: string): NodeJS.ProcessEnv {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)))
  const redisUrl = process.env['REDIS_URL']
  return {
    ...inherited,
    WHALECAST_DATA_DIR: dataDir,
    WHALECAST_HTTP_PORT: '0',
    WHALECAST_OPS_PORT: '0',
    ...(!hasLocalRedis() && redisUrl && { REDIS_URL: redisUrl, WHALECAST_KEY_PREFIX: uniquePrefix() }),
  }
}

function readRunFile(dataDir: string): RunFile | undefined {
  try {
    const content: RunFile = JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8'))
    return content
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

/**
 * Starts the built workspace as `npm start` does, and resolves once every process is ready. Rejects with
 * the last lines of the log when it ends instead.
 */
export async function openSystem(
  env: Readonly<Record<string, string>> = {},
  { timeoutMs = 60_000, ordersSeen }: SystemOptions = {},
): Promise<System> {
  const dataDir = await mkdtemp(join(tmpdir(), 'whalecast-system-'))
  // With a channel: when the test dies, the system notices and stops by itself.
  const child = spawn(process.execPath, [startScript, '--prebuilt', '--no-env-file'], {
    env: { ...hermetic(dataDir), ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const logs: string[] = []
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on('line', (line) => logs.push(line))
  const tail = () => logs.slice(-40).join('\n')

  let known: readonly Process[] = []
  const processes = () => (known = readRunFile(dataDir)?.processes ?? known)
  const watch = mayOrder(env) ? undefined : new OrderWatch()
  const lookForOrders = async () => {
    const found = processes().find(({ name, pid }) => name === simulator && pid !== null)
    if (found?.opsUrl && child.exitCode === null) await watch?.ask(found.opsUrl)
  }
  let closing: Promise<void> | undefined
  const close = () => (closing ??= end())
  const end = async () => {
    watch?.add(ordersSeen?.() ?? [])
    const unasked = await lookForOrders().catch((error: unknown) => error)
    processes()
    child.kill('SIGTERM')
    const code = await ended(child)
    const left = known.filter(({ pid }) => pid !== null && isAlive(pid))
    for (const { pid } of left) if (pid !== null) process.kill(pid, 'SIGKILL')
    await rm(dataDir, { recursive: true, force: true })
    if (left.length > 0)
      throw new Error(`still running after the end: ${left.map(({ name }) => name).join(', ')}\n${tail()}`)
    if (code !== 0) throw new Error(`the system ended with code ${code}:\n${tail()}`)
    if (unasked !== undefined) throw new Error('the simulator did not show its orders', { cause: unasked })
    if (watch && watch.orders.length > 0)
      throw new Error(`orders were sent though nobody may: ${watch.orders.join('; ')}`)
  }
  try {
    const { url } = await eventually(
      () => {
        if (child.exitCode !== null) return { url: undefined }
        const run = readRunFile(dataDir)
        return run?.ready ? { url: run.url } : false
      },
      { timeoutMs, everyMs: 50 },
    )
    if (url === undefined) throw new Error('it ended')
    return {
      url,
      processes,
      async kill(name, signal) {
        if (name === simulator) await lookForOrders()
        const pid = processes().find((one) => one.name === name)?.pid
        if (!pid) throw new Error(`no process ${name} runs now`)
        process.kill(pid, signal)
      },
      logs,
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (cause) {
    await close().catch(() => undefined)
    throw new Error(`the system did not become ready:\n${tail()}`, { cause })
  }
}
