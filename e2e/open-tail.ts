import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../scripts/tail.mjs', import.meta.url))

/** `npm run tail` as somebody runs it in a terminal. */
export type Tail = AsyncDisposable & {
  /** Lines of standard output so far, … */
  readonly lines: readonly string[]
  /** … and of standard error. */
  readonly notices: readonly string[]
  /** Presses Ctrl-C; resolves with the exit code. */
  interrupt(): Promise<number | null>
}

/** Starts it with these arguments. */
export function openTail(...args: readonly string[]): Tail {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'exit')
  const lines: string[] = []
  const notices: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  createInterface({ input: child.stderr }).on('line', (line) => notices.push(line))
  const interrupt = async () => {
    child.kill('SIGINT')
    await ended
    return child.exitCode
  }
  return {
    lines,
    notices,
    interrupt,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await interrupt()
    },
  }
}
