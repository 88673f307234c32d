// Whales in the terminal: `npm run tail`.
import { once } from 'node:events'
import type { Paint } from './describe-frame.ts'
import { readTailCommand, tailHelp } from './tail-options.ts'
import { tail } from './tail.ts'

const codes = { red: 31, yellow: 33, green: 32, cyan: 36, dim: 2, bold: 1 }

/** Follows what the arguments ask for until Ctrl-C, and sets the exit code. */
export async function runTail(args: readonly string[], defaultUrl: string): Promise<void> {
  const { stdout, stderr } = process
  const command = readTailCommand(args, defaultUrl)
  if (command.type === 'help') {
    stdout.write(tailHelp)
    return
  }
  if (command.type === 'mistake') {
    stderr.write(`tail: ${command.message}\n\n${tailHelp}`)
    process.exitCode = 2
    return
  }
  const ending = new AbortController()
  const end = () => ending.abort()
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  // Whoever reads has had enough, as `head` does after some lines.
  stdout.on('error', end)
  const colours = stdout.isTTY && stdout.hasColors()
  const paint: Paint = (colour, text) => (colours ? `\x1b[${codes[colour]}m${text}\x1b[0m` : text)
  const output = {
    frame: async (line: string) => {
      if (!stdout.write(`${line}\n`) && !ending.signal.aborted)
        await once(stdout, 'drain', { signal: ending.signal }).catch(() => undefined)
    },
    notice: (line: string) => void stderr.write(`-- ${line}\n`),
    paint,
  }
  const own = await tail(command.options, output, ending.signal)
  process.off('SIGINT', end)
  process.off('SIGTERM', end)
  if (!own) process.exitCode = 1
}
