import { setImmediate as turn } from 'node:timers/promises'

/** Waits until `condition` holds, turn by turn of the event loop; what it last saw goes into the error. */
export async function until(condition: () => unknown, what = 'condition', timeoutMs = 20_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`${what} did not come within ${timeoutMs} ms`)
    await turn()
  }
}

/** A promise and what settles it. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open: () => open() }
}
