import { setTimeout as wait } from 'node:timers/promises'

/**
 * Polls until `check` neither throws nor answers `false`, and returns its answer. Rejects after
 * `timeoutMs` with what the last attempt said.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  {
    timeoutMs = 5_000,
    everyMs = 15,
  }: {
    /** @default 5000 */
    readonly timeoutMs?: number
    /** @default 15 */
    readonly everyMs?: number
  } = {},
): Promise<Exclude<T, false>> {
  const untilMs = performance.now() + timeoutMs
  const timedOut = new Error()
  // The line in the test is of use, the lines in here are not.
  Error.captureStackTrace(timedOut, eventually)
  let last: unknown = new Error('the condition is still false')
  do {
    try {
      const answer = await check()
      if (isMet(answer)) return answer
      last = new Error('the condition is still false')
    } catch (error) {
      last = error
    }
    await wait(everyMs)
  } while (performance.now() < untilMs)
  timedOut.message = `not within ${timeoutMs} ms: ${last instanceof Error ? last.message : String(last)}`
  timedOut.cause = last
  throw timedOut
}

function isMet<T>(answer: T): answer is Exclude<T, false> {
  return answer !== false
}
