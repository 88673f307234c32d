import type { LatestResult } from './results.ts'
import { BrokerClosedError, type Broker, type SetLatest } from './broker.ts'

type Waiting = { readonly make: () => SetLatest; readonly done: (result: LatestResult) => void }

/**
 * Writes the values of one key, one at a time: while a write is under way only the newest value waits, and
 * only a value that is sent is ever serialised.
 */
export class LatestWriter {
  private readonly broker: Broker
  private waiting: Waiting | undefined
  private writing: Promise<void> | undefined

  constructor(broker: Broker) {
    this.broker = broker
  }

  get idle(): boolean {
    return this.writing === undefined
  }

  put(make: () => SetLatest): Promise<LatestResult> {
    return new Promise((done) => {
      this.waiting?.done({ status: 'conflated' })
      this.waiting = { make, done }
      this.writing ??= this.write()
    })
  }

  /** Resolves when the newest value was answered. */
  async flush(): Promise<void> {
    await this.writing
  }

  private async write(): Promise<void> {
    while (this.waiting) {
      const { make, done } = this.waiting
      this.waiting = undefined
      done(await this.send(make()))
    }
    this.writing = undefined
  }

  private async send(value: SetLatest): Promise<LatestResult> {
    try {
      const answer = await this.broker.setLatest(value)
      return answer === 'ok' ? { status: 'accepted' } : { status: 'rejected', reason: answer }
    } catch (error) {
      return error instanceof BrokerClosedError
        ? { status: 'rejected', reason: 'closed' }
        : { status: 'unconfirmed' }
    }
  }
}
