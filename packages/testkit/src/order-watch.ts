import { eventually } from './eventually.ts'

/** An order request as the simulator writes it down, whatever became of it. */
export type OrderRequestSeen = {
  readonly action: string
  readonly ticker: string | null
  readonly status: number
}

/** A simulator that was just restarted answers within this; one that does not is a fault of its own. */
const answersWithinMs = 10_000

/** Whether a system of these settings may send orders at all: only a strategy that acts, over a broker that reaches an exchange. */
export function mayOrder(env: Readonly<Record<string, string | undefined>>): boolean {
  const strategy = env['TRADING_STRATEGY']?.trim() || 'hold'
  const broker = env['TRADING_BROKER']?.trim() || 'paper'
  return strategy !== 'hold' && broker !== 'paper'
}

/**
 * Reads what a simulator itself says it was asked to order. Its log ends with its process, so it is read before the
 * process is: each time it is killed, and at the end.
 */
export class OrderWatch {
  private readonly seen: string[] = []

  /** Rejects when the simulator does not answer: what was not asked cannot be vouched for. */
  async ask(simulatorOpsUrl: string): Promise<void> {
    this.add(await eventually(() => readLog(simulatorOpsUrl), { timeoutMs: answersWithinMs }))
  }

  add(orders: readonly OrderRequestSeen[]): void {
    if (orders.length === 0) return
    const told = orders.map(({ action, ticker, status }) => `${action} ${ticker ?? '–'} (${status})`)
    this.seen.push(`${orders.length} order requests: ${told.slice(-10).join(', ')}`)
  }

  /** What was ordered; empty when nothing was. */
  get orders(): readonly string[] {
    return this.seen
  }
}

async function readLog(opsUrl: string): Promise<readonly OrderRequestSeen[] | false> {
  const response = await fetch(`${opsUrl}/admin/orders`).catch(() => undefined)
  if (!response?.ok) return false
  const { orders }: { readonly orders: readonly OrderRequestSeen[] } = JSON.parse(await response.text())
  return orders
}
