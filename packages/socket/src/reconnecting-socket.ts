import { Backoff } from './backoff.ts'
import { ClosedError, OverflowError, ReconnectError, type SocketError } from './errors.ts'
import { EventQueue } from './event-queue.ts'
import { Session } from './session.ts'
import type { ReconnectingSocket, SocketEvent, SocketOptions, SocketState } from './socket-options.ts'
import { systemTime } from './time.ts'
import type { DialRequest, Transport } from './transport.ts'

/** A server's hint beyond this is taken for this; setTimeout turns what is past 2^31 into 1 ms. */
const maxHintMs = 10 * 60_000

type Settled = Required<Omit<SocketOptions, 'signal'>> & Pick<SocketOptions, 'signal'>

const defaults: Required<Omit<SocketOptions, 'signal' | 'url'>> = {
  protocols: [],
  headers: () => ({}),
  backoff: {},
  shouldRetry: (error) => error.retryable,
  retryAfterMs: (error) => error.retryAfterMs,
  idle: { pingAfterMs: 30_000, deadAfterMs: 45_000 },
  dialTimeoutMs: 10_000,
  highWaterFrames: 32_768,
  highWaterChars: 64 * 1024 * 1024,
  maxPayloadBytes: 64 * 1024 * 1024,
  time: systemTime,
}

/** The loop, over any transport; see `SocketOptions` and `ReconnectingSocket` for what it promises. */
export function createReconnectingSocket(transport: Transport, options: SocketOptions): ReconnectingSocket {
  // A text that is no URL never becomes one, so it fails here and not again and again in the loop.
  if (typeof options.url === 'string') void new URL(options.url)
  return new SocketLoop(transport, { ...defaults, ...options })
}

/** States: `SocketState`. Only `#run` dials, waits and tears down; everything else asks it to. */
class SocketLoop implements ReconnectingSocket {
  readonly #transport: Transport
  readonly #options: Settled
  readonly #backoff: Backoff
  readonly #queue: EventQueue<SocketEvent>
  #state: SocketState = 'idle'
  #session: Session | undefined
  #epoch = 0
  #paused = false
  #stopping = false
  #lastActivityAtMs = 0
  #wake: (() => void) | undefined
  #roomy: (() => void) | undefined
  #life: Promise<void> | undefined

  constructor(transport: Transport, options: Settled) {
    this.#transport = transport
    this.#options = options
    this.#backoff = new Backoff(options.backoff)
    this.#queue = new EventQueue(charsOf, () => this.#onPull())
  }

  get state(): SocketState {
    return this.#state
  }

  get paused(): boolean {
    return this.#paused
  }

  get lastActivityAtMs(): number {
    return Math.max(this.#lastActivityAtMs, this.#session?.lastActivityAtMs ?? 0)
  }

  send(text: string): boolean {
    return this.#session?.send(text) ?? false
  }

  reconnect(reason: string): void {
    if (this.#session === undefined) this.#wake?.()
    else if (this.#session.open) this.#session.fail(new ReconnectError(reason))
  }

  close(code = 1000, reason = ''): void {
    if (this.#stopping) return
    this.#stopping = true
    this.#queue.discard()
    this.#session?.leave(code, reason, new ClosedError(code, reason))
    this.#wake?.()
    this.#roomy?.()
  }

  [Symbol.asyncIterator](): AsyncIterator<SocketEvent, undefined> {
    if (this.#life !== undefined) throw new TypeError('A socket is iterated only once')
    const life = this.#live()
    this.#life = life
    return {
      next: () => this.#queue.next(),
      return: async () => {
        this.close()
        await life
        return { done: true, value: undefined }
      },
    }
  }

  /** Never rejects: what goes wrong in the caller's functions surfaces from `next`. */
  async #live(): Promise<void> {
    const { signal } = this.#options
    const onAbort = () => this.close()
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted === true) this.close()
    let failure: { readonly error: unknown } | undefined
    try {
      await this.#run()
    } catch (error) {
      failure = { error }
    }
    signal?.removeEventListener('abort', onAbort)
    this.#state = 'closed'
    this.#queue.end(failure)
  }

  async #run(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await this.#room()
      if (this.#stopping) return
      this.#state = 'connecting'
      this.#queue.push({ type: 'connecting', attempt })
      const session = this.#dial()
      this.#session = session
      const error = await session.ended
      this.#lastActivityAtMs = this.lastActivityAtMs
      this.#session = undefined
      this.#paused = false
      if (this.#stopping) return
      const { openMs } = session
      if (openMs !== undefined) this.#backoff.onClosed(openMs)
      const retryInMs = this.#retryInMs(error, attempt)
      if (openMs !== undefined) attempt = 0
      this.#state = 'waiting'
      this.#queue.push({ type: 'closed', epoch: this.#epoch, error, retryInMs })
      if (retryInMs === null) return
      await this.#sleep(retryInMs)
    }
  }

  #dial(): Session {
    const { time, idle, dialTimeoutMs } = this.#options
    return new Session({
      prepare: () => this.#prepare(),
      transport: this.#transport,
      time,
      idle,
      dialTimeoutMs,
      onOpen: () => {
        this.#epoch += 1
        this.#state = 'open'
        this.#queue.push({ type: 'open', epoch: this.#epoch })
      },
      onFrame: (data, receivedAtMs) => this.#onFrame(data, receivedAtMs),
    })
  }

  async #prepare(): Promise<DialRequest> {
    const { url, headers, protocols, maxPayloadBytes } = this.#options
    return {
      url: typeof url === 'string' ? url : await url(),
      headers: await headers(),
      protocols,
      maxPayloadBytes,
    }
  }

  #retryInMs(error: SocketError, attempt: number): number | null {
    if (!this.#options.shouldRetry(error, attempt)) return null
    const hintMs = this.#options.retryAfterMs(error) ?? 0
    return (hintMs > 0 ? Math.min(hintMs, maxHintMs) : 0) + this.#backoff.next()
  }

  #onFrame(data: string, receivedAtMs: number): void {
    this.#queue.push({ type: 'frame', epoch: this.#epoch, data, receivedAtMs })
    if (this.#paused || this.#session === undefined || !this.#above(1)) return
    if (this.#session.pause()) this.#paused = true
    else this.#session.fail(new OverflowError(this.#queue.size))
  }

  #onPull(): void {
    if (this.#paused) {
      if (this.#above(0.5)) return
      this.#paused = false
      this.#session?.resume()
    } else if (this.#roomy !== undefined && !this.#above(0.5)) {
      this.#roomy()
    }
  }

  /** While the consumer is behind nothing is dialed: what came in would only lie there too. */
  async #room(): Promise<void> {
    if (this.#stopping || !this.#above(1)) return
    await new Promise<void>((resolve) => (this.#roomy = resolve))
    this.#roomy = undefined
  }

  async #sleep(ms: number): Promise<void> {
    if (ms === 0 || this.#stopping) return
    await new Promise<void>((resolve) => {
      const cancel = this.#options.time.after(ms, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
    this.#wake = undefined
  }

  /** Whether more than this part of what may lie unread does. */
  #above(part: number): boolean {
    const { highWaterFrames, highWaterChars } = this.#options
    return this.#queue.size > highWaterFrames * part || this.#queue.chars > highWaterChars * part
  }
}

function charsOf(event: SocketEvent): number {
  return event.type === 'frame' ? event.data.length : 0
}
