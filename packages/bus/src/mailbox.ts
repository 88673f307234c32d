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
  readonly onError: (error: unknown) => void
  /** Called after each message that was handled. */
  readonly onTaken?: () => void
}

/**
 * Stands between a channel and one handler: own queue, own timeout, own errors, so that no handler can
 * delay or fail another. One message at a time, in order.
 */
export class Mailbox<Message> {
  private readonly options: MailboxOptions<Message>
  private running = false
  private closed = false

  constructor(options: MailboxOptions<Message>) {
    this.options = options
  }

  get size(): number {
    return this.options.waiting.size
  }

  put(message: Message): void {
    if (this.closed) return
    this.options.waiting.put(message)
    if (this.running) return
    this.running = true
    queueMicrotask(() => void this.run())
  }

  /** No call to the handler begins afterwards. Idempotent. */
  close(): void {
    this.closed = true
    this.options.waiting.clear()
  }

  private async run(): Promise<void> {
    const { waiting, handler, onError, onTaken } = this.options
    while (!this.closed) {
      const message = waiting.take()
      if (message === undefined) break
      try {
        const outcome = handler(message)
        if (outcome) await this.within(outcome)
      } catch (error) {
        onError(error)
      }
      if (!this.closed) onTaken?.()
    }
    this.running = false
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
