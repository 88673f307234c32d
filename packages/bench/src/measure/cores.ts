import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'

/**
 * Keeps this process, and every one it starts, on so many cores where the system can do that. Answers how many cores
 * there are to use then.
 */
export function limitCores(most: number): number {
  const all = cpus().length
  if (all <= most) return all
  try {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', `0-${most - 1}`, String(process.pid)], {
      stdio: 'ignore',
    })
    return most
  } catch {
    return all
  }
}
