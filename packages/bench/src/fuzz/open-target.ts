import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { inRoot } from '../system/root.ts'

/** What a process holds once it has collected its garbage. */
export type Holding = {
  readonly heapUsed: number
  readonly external: number
  readonly rss: number
  /** Open TCP connections. */
  readonly handles: number
}

/** A ws-broadcast that is shot at. */
export type Target = AsyncDisposable & {
  readonly url: string
  /** Lines of its log that are warnings or worse, and what it wrote beside its log. */
  readonly complaints: readonly string[]
  /** How it ended, when it has. */
  readonly died: string | undefined
  holding(): Promise<Holding>
}

const startMs = 20_000
const ours = /^(WHALECAST|WHALE|KALSHI|EXECUTOR|TRADING|SIM|LOG)_|^REDIS_URL$|^NODE_OPTIONS$/

/** Starts ws-broadcast, as it is built, and waits until it listens. */
export async function openTarget(redisUrl: string): Promise<Target> {
  const inherited = Object.entries(process.env).filter(([name]) => !ours.test(name))
  const preload = [inRoot('scripts/lib/child-guard.mjs'), new URL('./heap-probe.js', import.meta.url)]
  const child = spawn(
    process.execPath,
    [
      ...preload.map(({ href }) => `--import=${href}`),
      fileURLToPath(inRoot('services/ws-broadcast/dist/main.js')),
    ],
    {
      env: {
        ...Object.fromEntries(inherited),
        REDIS_URL: redisUrl,
        WHALECAST_HTTP_PORT: '0',
        WHALECAST_OPS_PORT: '0',
        WHALECAST_ACCEPTS_PER_SECOND: '100000',
        WHALECAST_COMPRESSION: 'on',
        LOG_FORMAT: 'json',
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  )
  const complaints: string[] = []
  let died: string | undefined
  child.once('exit', (code, signal) => (died = `it ended with ${signal ?? code}`))
  createInterface({ input: child.stderr! }).on('line', (line) => complaints.push(line))
  const listening = new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`ws-broadcast does not run:\n${complaints.join('\n')}`)))
    setTimeout(() => reject(new Error('ws-broadcast does not listen')), startMs).unref()
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const { level, url } = readLine(line)
      if (url !== undefined) resolve(url)
      if (level !== 'info') complaints.push(line)
    })
  })
  const close = async () => {
    if (died !== undefined) return
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    await exit
  }
  try {
    const url = await listening
    return {
      url,
      complaints,
      get died() {
        return died
      },
      async holding() {
        child.send('holding')
        const [answer]: Holding[] = await once(child, 'message')
        if (!answer) throw new Error('no answer')
        return answer
      },
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

function readLine(line: string): { readonly level?: string; readonly url?: string } {
  try {
    return JSON.parse(line)
  } catch {
    return {}
  }
}
