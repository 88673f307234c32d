export type PulseOptions = {
  /** Pace of the pings that measure the round trip. */
  readonly everyMs: number
  /** Whether pings may wait: nobody looks, and each one wakes a sleeping device. */
  readonly resting: () => boolean
  readonly send: (text: string) => void
}

/** The client's own pings on one connection after the other: how long they take, and what the server's clock shows. */
export class Pulse {
  readonly #options: PulseOptions
  #timer: ReturnType<typeof setInterval> | undefined
  #sentAtMs: number | null = null
  #rttMs: number | null = null
  /** How far this clock is ahead of the server's, by the frame that took least time on its way. */
  #aheadMs: number | null = null

  constructor(options: PulseOptions) {
    this.#options = options
  }

  /** Round trip of the last answered ping; null before the first. */
  get rttMs(): number | null {
    return this.#rttMs
  }

  /** A moment of the server's clock on this one; the same number while nothing is known. */
  toLocalMs(serverMs: number): number {
    return serverMs + (this.#aheadMs ?? 0)
  }

  toServerMs(localMs: number): number {
    return localMs - (this.#aheadMs ?? 0)
  }

  /** A connection is open. */
  start(): void {
    this.stop()
    this.#aheadMs = null
    this.beat()
    this.#timer = setInterval(() => {
      if (!this.#options.resting()) this.beat()
    }, this.#options.everyMs)
  }

  beat(): void {
    this.#options.send(this.text())
  }

  /** A ping, remembered so that its answer is known. */
  text(): string {
    this.#sentAtMs = Date.now()
    return JSON.stringify({ type: 'ping', timestamp_ms: this.#sentAtMs })
  }

  /** A pong came; one to an older ping measures nothing. */
  answered(echoMs: number, receivedAtMs: number): void {
    if (echoMs !== this.#sentAtMs) return
    this.#rttMs = receivedAtMs - echoMs
    this.#sentAtMs = null
  }

  /** A frame that the server made just before sending it. */
  heard(madeAtMs: number, receivedAtMs: number): void {
    this.#aheadMs = Math.min(this.#aheadMs ?? Infinity, receivedAtMs - madeAtMs)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#sentAtMs = null
  }
}
