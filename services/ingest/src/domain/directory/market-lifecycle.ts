import type { Market } from '@whalecast/events'
import type { LifecycleEventType, MarketLifecycle } from '@whalecast/kalshi'

/** What a step makes of a market's status; steps that change other things keep it. */
const statusAfter: Partial<Record<LifecycleEventType, string>> = {
  activated: 'active',
  deactivated: 'inactive',
  determined: 'determined',
  settled: 'finalized',
}

/** The market after a step in its life; undefined where too little is known to say anything of it. */
export function fromLifecycle(step: MarketLifecycle, known: Market | undefined): Market | undefined {
  if (known === undefined) {
    if (step.event_type !== 'created' || step.title === null) return undefined
    return {
      market_ticker: step.market_ticker,
      event_ticker: step.event_ticker,
      title: step.title,
      sub_title: step.sub_title,
      status: 'initialized',
      close_at_ms: step.close_at_ms,
    }
  }
  return {
    ...known,
    event_ticker: step.event_ticker ?? known.event_ticker,
    title: step.title ?? known.title,
    sub_title: step.sub_title ?? known.sub_title,
    status: statusAfter[step.event_type] ?? known.status,
    close_at_ms: step.close_at_ms ?? known.close_at_ms,
    ...(step.result !== null && { result: step.result, settlement_e4: step.settlement_e4 }),
  }
}
