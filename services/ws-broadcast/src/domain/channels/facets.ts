import type { ActivitySeverity, ActivityType, Severity, SystemActivity, TradeFrame } from '@whalecast/events'
import type { AnyLog } from './messages.ts'
import { isOfTheAccount } from './feeds.ts'

/** What of an entry decides who gets it. What an entry does not say is missing, and then no filter on it lets it through. */
export type Facets = {
  readonly ticker?: string
  readonly sizeDollars?: number
  readonly severity?: Severity | ActivitySeverity
  readonly ofTheAccount?: boolean
}

/** What is implied where an activity states no severity; screens show it by the same. */
const impliedSeverity: { readonly [Type in ActivityType]?: ActivitySeverity } = {
  degraded: 'warning',
  queue_pressure: 'warning',
  dead_letter: 'warning',
  handler_error: 'error',
  recovered: 'success',
}

/** What goes on before a decision does not name its market. */
export function facetsOfLog(message: AnyLog): Facets {
  if (message.channel === 'system') return facetsOfActivity(message.data)
  if (message.type === 'decision') return { ticker: message.data.market_ticker }
  if (message.channel !== 'whales') return {}
  const { market_ticker: ticker, whale_size_dollars: sizeDollars, severity } = message.data
  return { ticker, sizeDollars, severity }
}

/** A print is as large as what it pays: no metric is configured here. */
export const facetsOfTrade = ({ market_ticker, payout_dollars }: TradeFrame): Facets => ({
  ticker: market_ticker,
  sizeDollars: payout_dollars,
})

export const facetsOfActivity = (activity: SystemActivity): Facets => ({
  severity: severityOf(activity),
  ofTheAccount: isOfTheAccount(activity.activity_type),
})

function severityOf({ metadata, activity_type, to_state }: SystemActivity): ActivitySeverity {
  if (metadata.severity !== undefined) return metadata.severity
  if (to_state === 'error') return 'error'
  return to_state === 'ready' ? 'success' : (impliedSeverity[activity_type] ?? 'info')
}
