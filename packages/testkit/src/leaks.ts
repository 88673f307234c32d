import { eventually } from './eventually.ts'
import { watchTimers } from './timer-watch.ts'

/** What a test must not leave: it would hold the process. */
const watched = new Set(['TCPSocketWrap', 'TCPServerWrap', 'TLSWrap', 'PipeWrap', 'ProcessWrap'])

function open(): Map<string, number> {
  const counts = new Map<string, number>()
  for (const resource of process.getActiveResourcesInfo())
    if (watched.has(resource)) counts.set(resource, (counts.get(resource) ?? 0) + 1)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    counts.set(`${signal} listener`, process.listenerCount(signal))
  return counts
}

/** Compares what is open before a test and after it. */
export type LeakWatch = {
  /**
   * Resolves once nothing more is open than when the watch began, and ends the watch; rejects, naming
   * what is left, after `timeoutMs`.
   */
  check(options?: { readonly timeoutMs?: number }): Promise<void>
}

/** Notes which sockets, servers, child processes and signal listeners are open now, and every timer from now on. */
export function watchLeaks(): LeakWatch {
  const before = open()
  const timers = watchTimers()
  return {
    async check({ timeoutMs = 2_000 } = {}) {
      timers.end()
      await eventually(
        () => {
          const left = [...open()]
            .map(([what, count]) => ({ what, more: count - (before.get(what) ?? 0) }))
            .concat({ what: 'timer', more: timers.pending() })
            .filter(({ more }) => more > 0)
          if (left.length > 0)
            throw new Error(`left open: ${left.map(({ what, more }) => `${more} × ${what}`).join(', ')}`)
        },
        { timeoutMs },
      )
    },
  }
}
