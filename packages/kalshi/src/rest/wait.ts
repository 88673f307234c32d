import type { SocketTime } from '@whalecast/socket'

/** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. Leaves no timer and no listener. */
export function wait(ms: number, time: SocketTime, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const cancel = time.after(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    const onAbort = () => {
      cancel()
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
