// run.json in the data directory: what runs now. Its absence means that nothing does.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { UserError, say } from './steps.mjs'

const fileIn = (dataDir) => join(dataDir, 'run.json')

function alive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** What the system shows as a process's command line; empty when it is gone. */
const commandOf = (pid) =>
  spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''

function read(dataDir) {
  try {
    return JSON.parse(readFileSync(fileIn(dataDir), 'utf8'))
  } catch {
    return undefined
  }
}

/** Whether a process is the one that the file tells of, and not another that got its number since. */
function isStill({ pid, mark }) {
  return Number.isInteger(pid) && alive(pid) && commandOf(pid).includes(mark)
}

/**
 * Refuses to run beside another `npm start` on the same data; ends what one that was killed left behind.
 */
export async function takeOver(dataDir) {
  if (!existsSync(fileIn(dataDir))) return
  const found = read(dataDir)
  if (found && isStill({ pid: found.pid, mark: 'start.mjs' }) && found.pid !== process.pid)
    throw new UserError(
      `already running on this data directory: ${found.url} (process ${found.pid}); stop that one, or set WHALECAST_DATA_DIR`,
    )
  const left = (found?.processes ?? []).filter(isStill)
  for (const { name, pid } of left) {
    say(`ending ${name} (process ${pid}), left by an earlier run`)
    process.kill(pid, 'SIGTERM')
  }
  for (const until = Date.now() + 5_000; left.some(isStill) && Date.now() < until;) await wait(50)
  for (const { pid } of left.filter(isStill)) process.kill(pid, 'SIGKILL')
  rmSync(fileIn(dataDir), { force: true })
}

/** Writes the file as a whole: a reader never sees half of it. */
export function writeRunFile(dataDir, content) {
  const draft = `${fileIn(dataDir)}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(content, undefined, 2)}\n`)
  renameSync(draft, fileIn(dataDir))
}

/** Removes the file. Idempotent. */
export function removeRunFile(dataDir) {
  rmSync(fileIn(dataDir), { force: true })
}
