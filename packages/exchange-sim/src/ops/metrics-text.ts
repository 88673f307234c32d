import type { ExchangeStats } from '../exchange-sim.ts'

/** The counters in Prometheus' text format. */
export function metricsText(stats: ExchangeStats): string {
  const lines: string[] = []
  const metric = (name: string, type: 'counter' | 'gauge', help: string, samples: Record<string, number>) => {
    lines.push(`# HELP whalecast_sim_${name} ${help}`, `# TYPE whalecast_sim_${name} ${type}`)
    for (const [labels, value] of Object.entries(samples))
      lines.push(`whalecast_sim_${name}${labels} ${value}`)
  }
  const byType = Object.entries(stats.framesSent).map(([type, count]) => [`{type="${type}"}`, count] as const)
  metric('trades_total', 'counter', 'Trades printed.', { '': stats.trades })
  metric('frames_sent_total', 'counter', 'Frames sent to clients, by type.', Object.fromEntries(byType))
  metric('overflows_total', 'counter', 'Subscriptions ended because the client was too slow.', {
    '': stats.overflows,
  })
  metric('markets', 'gauge', 'Markets listed.', { '': stats.markets })
  metric('connections', 'gauge', 'Open client connections.', { '': stats.connections.open })
  metric('subscriptions', 'gauge', 'Live subscriptions.', { '': stats.connections.subscriptions })
  metric('connections_accepted_total', 'counter', 'Client connections accepted.', {
    '': stats.connections.accepted,
  })
  metric('connections_refused_total', 'counter', 'Upgrades refused.', { '': stats.connections.refused })
  metric('rest_requests_total', 'counter', 'REST requests.', { '': stats.rest.requests })
  metric('rest_refused_total', 'counter', 'REST requests refused, by status.', {
    '{status="401"}': stats.rest.unauthorized,
    '{status="403"}': stats.rest.forbidden,
    '{status="429"}': stats.rest.rateLimited,
    '{status="500"}': stats.rest.failed,
  })
  metric('order_requests_total', 'counter', 'Requests to place, change or cancel orders, by outcome.', {
    '{outcome="accepted"}': stats.orders.accepted,
    '{outcome="refused"}': stats.orders.refused,
  })
  return `${lines.join('\n')}\n`
}
