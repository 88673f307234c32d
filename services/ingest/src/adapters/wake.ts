/** Lets a loop sleep until there is something to do. Ringing while nobody waits is remembered once. */
export class Wake {
  #rung = false
  #ring: (() => void) | undefined

  ring(): void {
    this.#rung = true
    this.#ring?.()
  }

  /** Resolves when rung, after `ms`, or when the signal aborts, whatever is first; true when it was rung. */
  async wait(signal: AbortSignal, ms?: number): Promise<boolean> {
    if (!this.#rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = ms === undefined ? undefined : setTimeout(done, ms)
        function done(): void {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          resolve()
        }
        signal.addEventListener('abort', done, { once: true })
        this.#ring = done
      })
      this.#ring = undefined
    }
    const rung = this.#rung
    this.#rung = false
    return rung
  }
}
