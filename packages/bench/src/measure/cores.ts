import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'

/**
 * Keeps this process, and every one it starts, on so many cores where the system can do that. Answers how many cores
 * there are to use then.
 */
export function limitCores(most: number): { readonly cores: number; readonly cpu: string } {
  const all = cpus()
  const cpu = all[0]?.model ?? 'unknown'
  if (all.length <= most) return { cores: all.length, cpu }
  try {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', `0-${most - 1}`, String(process.pid)], {
      stdio: 'ignore',
    })
    return { cores: most, cpu }
  } catch {
    return { cores: all.length, cpu }
  }
}
