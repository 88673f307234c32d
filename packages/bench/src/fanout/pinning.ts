import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'

/** Which cores are for whom. */
export type Pinning = { readonly subject: number | undefined; readonly text: string }

/**
 * Keeps this process, and every one it starts, off the first core where the system can do that; that core is for the
 * server that is measured.
 */
export function keepFirstCoreFree(): Pinning {
  const last = cpus().length - 1
  if (last < 1) return { subject: undefined, text: 'one core for all' }
  const others = last === 1 ? '1' : `1-${last}`
  try {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', others, String(process.pid)], {
      stdio: 'ignore',
    })
    return {
      subject: 0,
      text: `server on core 0, loader, feed and Redis on ${last === 1 ? 'core' : 'cores'} ${others}`,
    }
  } catch {
    return { subject: undefined, text: 'nothing is kept on a core' }
  }
}
