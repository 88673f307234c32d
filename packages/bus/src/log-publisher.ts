import type { LogResult } from './results.ts'
import { BrokerClosedError, type Append, type Broker } from './broker.ts'

/** Entries that may wait while the broker is away. More would be memory without bound; fewer would refuse a burst. */
const holdBack = 10_000

/** Appends to one log channel in the order of the calls, one at a time, waiting while the broker is away. */
export class LogPublisher {
  private readonly broker: Broker
  private tail: Promise<unknown> = Promise.resolve()
  private waiting = 0

  constructor(broker: Broker) {
    this.broker = broker
  }

  publish(entry: Append): Promise<LogResult> {
    if (this.waiting >= holdBack) return Promise.resolve({ status: 'rejected', reason: 'full' })
    this.waiting += 1
    const result = this.tail.then(() => this.send(entry))
    this.tail = result
    return result
  }

  /** Resolves when everything taken so far was answered. */
  async flush(): Promise<void> {
    await this.tail
  }

  private async send(entry: Append): Promise<LogResult> {
    try {
      const answer = await this.broker.append(entry)
      if (answer.status === 'fenced') return { status: 'rejected', reason: 'fenced' }
      return { status: 'accepted', position: answer.position, duplicate: answer.duplicate }
    } catch (error) {
      return error instanceof BrokerClosedError
        ? { status: 'rejected', reason: 'closed' }
        : { status: 'unconfirmed' }
    } finally {
      this.waiting -= 1
    }
  }
}
