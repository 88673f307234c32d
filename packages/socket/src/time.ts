/** The clock and the timers of a socket, so that tests own both. */
export type SocketTime = {
  /** Unix ms. */
  now(): number
  /** Calls once, after `ms`; returns what cancels it. */
  after(ms: number, call: () => void): () => void
}

export const systemTime: SocketTime = {
  now: Date.now,
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}
