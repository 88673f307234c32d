import type { OrderResult } from '@whalecast/events'
import type { Metrics } from '@whalecast/runtime'
import type { BreakerState } from './domain/breaker.ts'

const states: readonly BreakerState[] = ['closed', 'half_open', 'open']

/** What executor counts about itself. */
export type ExecutorMetrics = {
  settled(result: OrderResult, seconds: number): void
  /** An order came again whose outcome is known. */
  repeated(): void
  /** Something came on a partition where it does not belong. */
  misplaced(): void
  fills(count: number): void
  canceled(reason: 'stale' | 'group'): void
}

/** Registers executor's metrics. */
export function createExecutorMetrics(metrics: Metrics, breaker: () => BreakerState): ExecutorMetrics {
  const orders = metrics.counter('executor_orders_total', 'orders carried out, by what became of them', [
    'status',
  ])
  const seconds = metrics.histogram(
    'executor_order_seconds',
    'from taking an order to knowing what became of it',
  )
  const left = metrics.counter('executor_left_out_total', 'requests that were not carried out, by reason', [
    'reason',
  ])
  const paperFills = metrics.counter('executor_paper_fills_total', 'matches of paper orders')
  const canceled = metrics.counter('executor_canceled_total', 'orders cancelled unasked, by reason', [
    'reason',
  ])
  metrics.gauge(
    'executor_breaker_open',
    '1 while orders are held back after failures, 0.5 on trial',
    [],
    (gauge) => gauge.set(states.indexOf(breaker()) / 2),
  )
  return {
    settled({ status }, took) {
      orders.inc({ status })
      seconds.observe(took)
    },
    repeated: () => left.inc({ reason: 'repeated' }),
    misplaced: () => left.inc({ reason: 'misplaced' }),
    fills: (count) => paperFills.inc(count),
    canceled: (reason) => canceled.inc({ reason }),
  }
}
