import { memo } from 'react'
import { formatClock, formatCount, formatDollars, formatPrice, formatSpan } from '../format.ts'
import { SeverityBadge, SidePill } from '../parts/badges.tsx'
import { Empty, Panel, ScrollArea } from '../parts/panel.tsx'
import { Ticker } from '../parts/ticker.tsx'
import type { Whale } from '../state/frames.ts'

/** Prints large enough to tell everyone about, newest first, each with the reason for its severity. */
export function WhaleEventsPanel({
  whales,
  connected,
  serverNowMs,
}: {
  readonly whales: readonly Whale[]
  readonly connected: boolean
  readonly serverNowMs: number
}) {
  const newest = whales[0]
  return (
    <Panel
      name="events"
      title="Whale events"
      aside={newest && <span>last {formatSpan(serverNowMs - newest.detected_at_ms)} ago</span>}
    >
      {newest === undefined ? (
        <Empty>
          {connected
            ? 'No whale event: the server remembers none, and none came since this page is connected.'
            : 'Unknown: not connected.'}
        </Empty>
      ) : (
        <ScrollArea label="Whale events, scrollable">
          <ol className="events">
            {whales.map((whale) => (
              <Event key={whale.whale_id} whale={whale} age={formatSpan(serverNowMs - whale.timestamp_ms)} />
            ))}
          </ol>
        </ScrollArea>
      )}
    </Panel>
  )
}

const Event = memo(function Event({ whale, age }: { readonly whale: Whale; readonly age: string }) {
  return (
    <li className="event" data-severity={whale.severity}>
      <SeverityBadge severity={whale.severity} />
      <div className="event-body">
        <p className="event-title">
          <span className="market-title" title={`${whale.title ?? ''} ${whale.market_ticker}`.trim()}>
            {whale.title ?? whale.market_ticker}
          </span>
          <span className="event-payout">{formatDollars(whale.payout_dollars)}</span>
        </p>
        <p className="event-terms">
          <SidePill side={whale.side} />
          {whale.sub_title ? (
            <span className="market-outcome">{whale.sub_title}</span>
          ) : (
            whale.title !== null && <Ticker ticker={whale.market_ticker} />
          )}
          {whale.is_block_trade && <span className="tag">block</span>}
          <span className="event-price">
            {formatCount(whale.count)} at {formatPrice(whale.price_cents)}
          </span>
        </p>
        <p className="event-reason">
          <span>{whale.severity_reason}</span>
          <time title={formatClock(whale.timestamp_ms)}>{age} ago</time>
        </p>
      </div>
    </li>
  )
})
