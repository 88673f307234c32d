import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { inRoot } from '../system/root.ts'
import type { Launch } from './subjects.ts'

/** A server that runs, on the core that is kept for it. */
export type Subject = AsyncDisposable & {
  readonly pid: number
  readonly port: number
  /** Sends it a message; what it does with that is its own. */
  tell(message: object): void
  /** Asks it to end, as a supervisor does, and waits until it has. */
  stop(): Promise<void>
}

const startMs = 20_000
const ours = /^(WHALECAST|WHALE|KALSHI|EXECUTOR|TRADING|SIM|LOG)_|^REDIS_URL$|^NODE_OPTIONS$/

/** Starts a server and waits until it listens. It ends with the handle, and with this process. */
export async function openSubject(launch: Launch, core: number | undefined): Promise<Subject> {
  const pinned = core === undefined ? [] : ['taskset', '--cpu-list', String(core)]
  const [command = '', ...args] = [...pinned, launch.command, ...launch.args]
  // What a developer has set for runs of their own is not measured.
  const inherited = Object.entries(process.env).filter(([name]) => !ours.test(name))
  const guard = { NODE_OPTIONS: `--import=${inRoot('scripts/lib/child-guard.mjs').href}` }
  const child = spawn(command, args, {
    env: { ...Object.fromEntries(inherited), ...guard, ...launch.env },
    stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
  })
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }
  const close = () => end('SIGKILL')
  const said: string[] = []
  try {
    const port = await new Promise<number>((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', (code) => reject(new Error(`it ended (${code}):\n${said.join('\n')}`)))
      setTimeout(() => reject(new Error(`it does not listen:\n${said.join('\n')}`)), startMs).unref()
      createInterface({ input: child.stdout! }).on('line', (line) => {
        const found = portIn(line)
        if (found !== undefined) resolve(found)
        else said.push(line)
      })
    })
    return {
      pid: child.pid ?? 0,
      port,
      tell: (message) => void child.send(message),
      stop: () => end('SIGTERM'),
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** What a peer writes first, or the line in which ws-broadcast tells its address. */
function portIn(line: string): number | undefined {
  try {
    const { port, url }: { port?: number; url?: string } = JSON.parse(line)
    return port ?? (url === undefined ? undefined : Number(new URL(url).port))
  } catch {
    return undefined
  }
}
