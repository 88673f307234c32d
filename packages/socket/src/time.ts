/** The clock and the timers of a socket, so that tests own both. */
export type SocketTime = {
  /** Unix ms. */
  readonly now: () => number
  /** Calls once, after `ms`; returns what cancels it. */
  readonly after: (ms: number, call: () => void) => () => void
}

/** The system's clock and timers. */
export const systemTime: SocketTime = {
  now: Date.now,
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}
