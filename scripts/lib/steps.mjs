// One line per step: what it does, and how long it took.
import { spawn } from 'node:child_process'

const started = Date.now()
const running = new Set()

/** A failure the user can act on: printed as one message, exit code 1, no stack. */
export class UserError extends Error {
  name = 'UserError'
}

/** One line of the script itself, apart from what the processes say. */
export const say = (text) => console.log(`whalecast: ${text}`)

/**
 * Runs `work` and prints one line with its duration; on a terminal also while it is under way, unless
 * `live` is false because others write meanwhile.
 */
export async function step(label, work, { live = process.stdout.isTTY } = {}) {
  const from = Date.now()
  if (live) process.stdout.write(`whalecast: ${label} …`)
  let note
  try {
    note = await work()
  } finally {
    if (live) process.stdout.write('\r\x1b[K')
  }
  say(`${label}${note ? ` (${note})` : ''} – ${((Date.now() - from) / 1000).toFixed(1)} s`)
}

/** Seconds since the script began, for the closing line. */
export const elapsedSeconds = () => ((Date.now() - started) / 1000).toFixed(1)

const lastLines = (text, count = 40) => text.trim().split('\n').slice(-count).join('\n')

/**
 * Runs a command to its end. Output is kept and only shown when it fails,
 * unless `show` passes it through as it comes.
 */
export function run(command, args, { cwd, env = process.env, show = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    })
    running.add(child)
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.on('error', (cause) => {
      running.delete(child)
      reject(new UserError(`cannot run ${command}: ${cause.message}`, { cause }))
    })
    child.on('close', (code, signal) => {
      running.delete(child)
      if (code === 0) return resolve(output)
      const how = signal ? `ended by ${signal}` : `exit code ${code}`
      reject(
        new UserError(`${[command, ...args].join(' ')}: ${how}${output ? `\n${lastLines(output)}` : ''}`),
      )
    })
  })
}

/** Ends the commands that `run` has under way: a script that is told to stop leaves none of them behind. */
export function endRunning(signal = 'SIGTERM') {
  for (const child of running) child.kill(signal)
}

/** Runs the script's body; a UserError becomes one clear message, anything else keeps its stack. */
export async function main(body) {
  try {
    await body()
  } catch (error) {
    console.error(error instanceof UserError ? `whalecast: ${error.message}` : error)
    process.exitCode = 1
  }
}
