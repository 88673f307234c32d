import type { Broker, Order, Outcome, Placed, RestingOrder } from '../src/domain/broker.ts'

type Answer = Outcome | { readonly type: 'lost'; readonly arrives: boolean }

/**
 * A broker that takes each id once and answers as the script says, or places. `lost`: the answer never comes, and the order did
 * or did not arrive. What it took outlives whoever asks, as at an exchange.
 */
export class ScriptedBroker implements Broker {
  readonly name = 'demo'
  settleMs = 0
  /** Orders that it has. */
  readonly taken = new Map<string, Placed>()
  readonly groups = new Map<string, string | null>()
  sends = 0
  questions = 0
  /** How many questions are refused before it answers again. */
  deaf = 0
  private readonly script: (Answer | undefined)[]
  /** Called before each answer: where a test kills whoever asked. */
  onStep: (step: 'place' | 'find') => void = () => undefined

  constructor(script: readonly (Answer | undefined)[] = []) {
    this.script = [...script]
  }

  place = async (order: Order): Promise<Outcome> => {
    this.sends += 1
    const answer = this.script.shift()
    if (answer?.type === 'rejected' || answer?.type === 'not_sent') {
      this.onStep('place')
      return answer
    }
    if (this.taken.has(order.client_order_id)) return { type: 'known' }
    const arrives = answer?.type === 'lost' ? answer.arrives : answer?.type !== 'unknown'
    if (arrives) this.taken.set(order.client_order_id, filled(order))
    this.onStep('place')
    if (answer?.type === 'lost' || answer?.type === 'unknown') return { type: 'unknown', reason: 'no answer' }
    return { type: 'placed', order: filled(order) }
  }

  find = async (order: Order): Promise<Placed | undefined> => {
    this.questions += 1
    this.onStep('find')
    if (this.deaf > 0) {
      this.deaf -= 1
      throw new Error('cannot be asked')
    }
    return this.taken.get(order.client_order_id)
  }

  resting = async (): Promise<readonly RestingOrder[]> =>
    [...this.groups].map(([orderId, groupId]) => ({ orderId, ticker: 'T', groupId, createdAtMs: 1 }))

  cancel = async ({ orderId }: RestingOrder): Promise<'canceled' | 'gone'> => {
    if (orderId === 'stuck') throw new Error('not now')
    return this.groups.delete(orderId) ? 'canceled' : 'gone'
  }

  maintain = async (): Promise<void> => undefined
  close = (): void => undefined
}

function filled(order: Order): Placed {
  return {
    orderId: `at-broker-${order.client_order_id}`,
    filledE2: order.count_e2,
    remainingE2: 0,
    averagePriceE4: order.price_e4,
    feeE6: 100,
  }
}
