// One line per step: what it does, and how long it took.
import { spawn } from 'node:child_process'

const started = Date.now()

/** A failure the user can act on: printed as one message, exit code 1, no stack. */
export class UserError extends Error {
  name = 'UserError'
}

/** Runs `work` and prints one line with its duration. */
export async function step(label, work) {
  const from = Date.now()
  const note = await work()
  const seconds = ((Date.now() - from) / 1000).toFixed(1)
  console.log(`whalecast: ${label}${note ? ` (${note})` : ''} – ${seconds} s`)
}

/** Seconds since the script began, for the closing line. */
export const elapsedSeconds = () => ((Date.now() - started) / 1000).toFixed(1)

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
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.on('error', (cause) => reject(new UserError(`cannot run ${command}: ${cause.message}`, { cause })))
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output)
      const how = signal ? `ended by ${signal}` : `exit code ${code}`
      reject(
        new UserError(
          `${command} ${args.join(' ')}: ${how}${output ? `\n${output.trim().split('\n').slice(-40).join('\n')}` : ''}`,
        ),
      )
    })
  })
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
