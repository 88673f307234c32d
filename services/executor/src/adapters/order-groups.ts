import type { KalshiOrders } from '@whalecast/kalshi'
import { z } from 'zod'
import type { BrokerName } from '../domain/broker.ts'
import type { BrokerSeat } from '../orders-worker.ts'

/** Contracts of our orders that may trade within 15 s before the exchange cancels the rest of them. */
const contractsLimit = 10_000

const groupSchema = z.object({ id: z.string(), instance: z.string() })
type Group = z.infer<typeof groupSchema>

export type OrderGroupOptions = {
  readonly broker: BrokerName
  /** This start of the process. */
  readonly instance: string
  readonly orders: Pick<KalshiOrders, 'createGroup' | 'deleteGroup'>
  readonly seat: BrokerSeat
  readonly onDeleted: (groupId: string) => void
}

/**
 * The order groups of this installation. The exchange gives a group no name, so ours are those whose ids stand in our
 * own Redis, each with the start of the process that made it. Groups of earlier starts are deleted, which cancels what
 * they left resting; any other group, and any order in it, is never touched.
 */
export class OrderGroups {
  private readonly options: OrderGroupOptions
  private readonly field: string
  private groups: readonly Group[]
  private creating: Promise<string> | undefined

  constructor(options: OrderGroupOptions) {
    this.options = options
    this.field = `groups:${options.broker}`
    this.groups = readGroups(options.seat.fields.get(this.field))
  }

  /** Ids of every group of ours. */
  get ids(): ReadonlySet<string> {
    return new Set(this.groups.map(({ id }) => id))
  }

  /** The group for new orders, made when there is none. Rejects when it cannot be made. */
  current(): Promise<string> {
    const own = this.groups.find(({ instance }) => instance === this.options.instance)
    if (own) return Promise.resolve(own.id)
    this.creating ??= this.create().finally(() => (this.creating = undefined))
    return this.creating
  }

  /** The group takes no more orders: the next one gets a new one, and this one is deleted with the old. */
  async retire(groupId: string): Promise<void> {
    await this.keep(
      this.groups.map((group) => (group.id === groupId ? { ...group, instance: 'retired' } : group)),
    )
  }

  /** Deletes groups of earlier starts; rejects with the first one that cannot be deleted now. */
  async deleteOld(): Promise<void> {
    const { instance, orders, onDeleted } = this.options
    for (const { id } of this.groups.filter((group) => group.instance !== instance)) {
      await orders.deleteGroup(id)
      await this.keep(this.groups.filter((group) => group.id !== id))
      onDeleted(id)
    }
  }

  private async create(): Promise<string> {
    const { instance, orders } = this.options
    const id = await orders.createGroup(contractsLimit)
    // Before any order can be in it: one that we forgot could never be cleaned up.
    await this.keep([...this.groups, { id, instance }])
    return id
  }

  private async keep(groups: readonly Group[]): Promise<void> {
    await this.options.seat.save({ set: { [this.field]: JSON.stringify(groups) } })
    this.groups = groups
  }
}

function readGroups(text: string | undefined): readonly Group[] {
  if (text === undefined) return []
  try {
    return z.array(groupSchema).safeParse(JSON.parse(text)).data ?? []
  } catch {
    return []
  }
}
