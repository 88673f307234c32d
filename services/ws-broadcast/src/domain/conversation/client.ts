import type { Scope } from '@whalecast/events'
import { Receiver, type ReceiverOptions, type ReceiverRecord } from '@whalecast/fanout'
import type { Caller } from '../access/access.ts'
import type { Seat } from '../admission/admission.ts'
import type { Refusal } from '../admission/gate.ts'
import { MessageBudget } from '../admission/message-budget.ts'

export type ClientOptions = ReceiverOptions & {
  /** Where it connects from. */
  readonly address: string
  readonly caller: Caller
  /** Its place, for as long as it is connected. */
  readonly seat?: Pick<Seat, 'hold'>
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
  readonly #seat: Pick<Seat, 'hold'> | undefined

  constructor({ address, caller, seat, ...options }: ClientOptions) {
    super(options)
    this.caller = caller
    this.#address = address
    this.#seat = seat
    this.budget = new MessageBudget(options.now())
  }

  /** From now on it is somebody else; answers with why it cannot be. */
  become(caller: Caller): Refusal | undefined {
    const refused = this.#seat?.hold(caller.holder)
    if (!refused) this.caller = caller
    return refused
  }

  has(scope: Scope): boolean {
    return this.caller.scopes.includes(scope)
  }

  override record(nowMs: number): ClientRecord {
    const { name, scopes } = this.caller
    return { ...super.record(nowMs), name, scopes, address: this.#address }
  }
}
