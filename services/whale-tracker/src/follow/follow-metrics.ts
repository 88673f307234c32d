import type { Decision } from '@whalecast/events'
import type { Metrics } from '@whalecast/runtime'
import type { Follower } from '../domain/follow/follower.ts'

/** What following counts about itself. */
export type FollowMetrics = {
  decided(decision: Decision): void
  ordered(outcome: 'sent' | 'refused'): void
  asked(orders: number): void
}

/** Registers the metrics of following; sizes are read from the follower, while there is one. */
export function createFollowMetrics(
  metrics: Metrics,
  follower: () => Follower | undefined,
  now: () => number,
): FollowMetrics {
  const decisions = metrics.counter('follow_decisions_total', 'whales judged, by what was decided', [
    'action',
  ])
  const orders = metrics.counter('follow_orders_total', 'orders handed to executor, by what became of that', [
    'outcome',
  ])
  const asked = metrics.counter('follow_overdue_results_total', 'times the result of an order was overdue')
  metrics.gauge('follow_tokens', 'whales that may be followed at once now', [], (gauge) =>
    gauge.set(follower()?.tokens(now()) ?? 0),
  )
  const sizes = [
    ['follow_pending_whales', 'whales that wait to be judged', 'pending'],
    ['follow_orders_under_way', 'orders whose result is awaited', 'underWay'],
    ['follow_judged_remembered', 'whales remembered as judged', 'judged'],
    ['follow_followed_remembered', 'whales remembered as followed', 'followed'],
    ['follow_markets_remembered', 'markets remembered as traded lately', 'markets'],
    [
      'follow_whales_dropped',
      'whales that found too many others waiting, since this process leads',
      'dropped',
    ],
  ] as const
  for (const [name, help, size] of sizes) {
    metrics.gauge(name, help, [], (gauge) => gauge.set(follower()?.sizes[size] ?? 0))
  }
  return {
    decided: ({ action }) => decisions.inc({ action }),
    ordered: (outcome) => orders.inc({ outcome }),
    asked: (count) => asked.inc(count),
  }
}
