import { setTimeout as wait } from 'node:timers/promises'

/** Unix milliseconds now. A parameter wherever time decides something. */
export type Clock = () => number

/** Resolves when the signal aborts. Never rejects. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/**
 * The time, every `everyMs`, until the signal aborts. A consumer that is late gets the next tick on
 * the grid: ticks are skipped, never piled up.
 */
export async function* ticks(
  everyMs: number,
  { signal, now = Date.now }: { readonly signal: AbortSignal; readonly now?: Clock },
): AsyncGenerator<number, void, void> {
  let due = now() + everyMs
  while (!signal.aborted) {
    await wait(Math.max(0, due - now()), undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    const atMs = now()
    yield atMs
    due += everyMs * Math.max(1, Math.ceil((now() - due) / everyMs))
  }
}
