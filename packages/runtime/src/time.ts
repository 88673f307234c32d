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

/**
 * What the work answers, or undefined as soon as the signal aborts: a question to somebody who is away must not
 * hold up the end. A failure after that is of no interest to anyone.
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
