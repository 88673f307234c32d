import { HandlerGuard, type HandlerChange } from './handler-guard.ts'

/** A handler took longer than its timeout; it is no longer waited for. */
export class HandlerTimeoutError extends Error {
  override readonly name = 'HandlerTimeoutError'
}

/** What waits for a handler. */
type Waiting<Message> = {
  readonly size: number
  put(message: Message): void
  take(): Message | undefined
  clear(): void
}

/** In order, nothing skipped. */
export function fifo<Message>(): Waiting<Message> {
  let messages: Message[] = []
  let next = 0
  return {
    get size() {
      return messages.length - next
    },
    put: (message) => void messages.push(message),
    take() {
      const message = messages[next]
      next += 1
      if (next >= messages.length) {
        messages = []
        next = 0
      } else if (next >= 1_024) {
        messages = messages.slice(next)
        next = 0
      }
      return message
    },
    clear() {
      messages = []
      next = 0
    },
  }
}

/** Only the newest of each key, in the order in which the keys began to wait. */
export function newestPerKey<Message extends { readonly key: string }>(
  onConflated: () => void,
): Waiting<Message> {
  const messages = new Map<string, Message>()
  return {
    get size() {
      return messages.size
    },
    put(message) {
      if (messages.has(message.key)) onConflated()
      messages.set(message.key, message)
    },
    take() {
      const first = messages.entries().next()
      if (first.done) return undefined
      messages.delete(first.value[0])
      return first.value[1]
    },
    clear: () => messages.clear(),
  }
}

export type MailboxOptions<Message> = {
  readonly waiting: Waiting<Message>
  readonly handler: (message: Message) => void | Promise<void>
  readonly timeoutMs: number
  /** How long a handler rests the first time that it is left alone. */
  readonly restMs: number
  readonly onError: (error: unknown) => void
  readonly onChange: (change: HandlerChange) => void
  /** Called after each message that was handled. */
  readonly onTaken?: () => void
}

/**
 * Stands between a channel and one handler: own queue, own timeout, own errors, so that no handler can
 * delay or fail another. One message at a time, in order. What comes while the handler rests waits as well, as far as
 * `waiting` and its owner allow.
 */
export class Mailbox<Message> {
  private readonly options: MailboxOptions<Message>
  private readonly guard: HandlerGuard
  private running = false
  private closed = false
  private look: NodeJS.Timeout | undefined

  constructor(options: MailboxOptions<Message>) {
    this.options = options
    this.guard = new HandlerGuard(options.restMs)
  }

  get size(): number {
    return this.options.waiting.size
  }

  put(message: Message): void {
    if (this.closed) return
    this.options.waiting.put(message)
    this.start()
  }

  /** No call to the handler begins afterwards. Idempotent. */
  close(): void {
    this.closed = true
    clearTimeout(this.look)
    this.options.waiting.clear()
  }

  private start(): void {
    if (this.running || !this.guard.admits(performance.now())) return
    this.running = true
    queueMicrotask(() => void this.run())
  }

  private async run(): Promise<void> {
    const { waiting, handler, onTaken } = this.options
    while (!this.closed && this.guard.admits(performance.now())) {
      const message = waiting.take()
      if (message === undefined) break
      let change: HandlerChange | undefined
      try {
        const outcome = handler(message)
        if (outcome) await this.within(outcome)
        change = this.guard.onHandled()
      } catch (error) {
        change = this.onFailed(error)
      }
      if (this.closed) break
      if (change) this.options.onChange(change)
      onTaken?.()
    }
    this.running = false
    this.lookLater()
  }

  private onFailed(error: unknown): HandlerChange | undefined {
    this.options.onError(error)
    const how = error instanceof HandlerTimeoutError ? 'timeout' : 'threw'
    return this.guard.onFailed(how, performance.now())
  }

  /** Comes back when a rest is over, and once more if nothing was there to try the handler with. */
  private lookLater(): void {
    const atMs = this.guard.nextLookMs
    clearTimeout(this.look)
    if (this.closed || atMs === undefined) return
    this.look = setTimeout(
      () => {
        const nowMs = performance.now()
        const change = this.guard.onQuiet(nowMs)
        if (change) this.options.onChange(change)
        this.start()
        if (!this.running) this.lookLater()
      },
      Math.ceil(atMs - performance.now()),
    )
    this.look.unref()
  }

  private async within(outcome: Promise<void>): Promise<void> {
    const { timeoutMs } = this.options
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new HandlerTimeoutError(`handler took longer than ${timeoutMs} ms`)),
        timeoutMs,
      )
      timer.unref()
    })
    try {
      await Promise.race([outcome, late])
    } finally {
      clearTimeout(timer)
    }
  }
}
