import type { SocketTime } from '@whalecast/socket'

/** A clock on which every wait is over at once, and written down. */
export class InstantTime implements SocketTime {
  readonly waits: number[] = []
  #nowMs = Date.now()

  readonly now = () => this.#nowMs

  readonly after = (ms: number, call: () => void) => {
    this.waits.push(ms)
    let cancelled = false
    setImmediate(() => {
      if (cancelled) return
      this.#nowMs += ms
      call()
    })
    return () => {
      cancelled = true
    }
  }
}
