import type { Scope } from '@whalecast/events'
import { Receiver, type ReceiverOptions, type ReceiverRecord } from '@whalecast/fanout'
import type { Caller } from './access.ts'
import { MessageBudget } from './message-budget.ts'

export type ClientOptions = ReceiverOptions & {
  /** Where it connects from. */
  readonly address: string
  readonly caller: Caller
}

/** Who a client is and how it fares, for an operator. */
export type ClientRecord = ReceiverRecord & {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly address: string
}

/** One browser or bot: who it is, and what it may still ask. */
export class Client extends Receiver {
  readonly budget: MessageBudget
  caller: Caller
  /** Channels that it gave up, so that a token does not turn them on. */
  readonly declined = new Set<string>()
  /** Tokens that nobody has, shown by this client. */
  refusedTokens = 0
  readonly #address: string

  constructor({ address, caller, ...options }: ClientOptions) {
    super(options)
    this.caller = caller
    this.#address = address
    this.budget = new MessageBudget(options.now())
  }

  has(scope: Scope): boolean {
    return this.caller.scopes.includes(scope)
  }

  override record(nowMs: number): ClientRecord {
    const { name, scopes } = this.caller
    return { ...super.record(nowMs), name, scopes, address: this.#address }
  }
}
