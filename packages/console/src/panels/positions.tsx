import { memo } from 'react'
import {
  formatClock,
  formatCount,
  formatInteger,
  formatMoney,
  formatPercentChange,
  formatPrice,
  formatSpan,
} from '../format.ts'
import { Dot, SidePill } from '../parts/badges.tsx'
import { Gain } from '../parts/change.tsx'
import { Market } from '../parts/market.tsx'
import { Empty, Panel, ScrollArea } from '../parts/panel.tsx'
import type { PositionDetail } from '../state/frames.ts'
import type { Trading } from '../state/trading.ts'
import { ListenerBadge } from './account.tsx'

/** What the account holds, marked by our own books. */
export function PositionsPanel(props: {
  readonly trading: Trading
  /** Why the account may be another one by now. */
  readonly trouble: string | null
  readonly connected: boolean
  readonly serverNowMs: number
}) {
  const { trading, trouble, connected, serverNowMs } = props
  const { state, glows } = trading
  const positions = state?.positions_details ?? []
  return (
    <Panel
      name="positions"
      title="Positions"
      aside={
        state && (
          <>
            <span>
              <b>{formatInteger(state.session_updates.count)}</b> changed this session
            </span>
            <ListenerBadge listener={state.position_listener} trouble={trouble} connected={connected} />
          </>
        )
      }
    >
      {positions.length === 0 ? (
        <Empty>{emptyText(trading, { connected, trouble })}</Empty>
      ) : (
        <ScrollArea label="Positions, scrollable">
          <table className="positions">
            <thead>
              <tr>
                <th scope="col">Market</th>
                <th scope="col" className="col-side">
                  Side
                </th>
                <th scope="col" className="num col-qty">
                  Qty
                </th>
                <th scope="col" className="num col-cost">
                  Cost
                </th>
                <th scope="col" className="num col-value">
                  Value <small>bid / ask</small>
                </th>
                <th scope="col" className="num col-open">
                  Open P&L
                </th>
                <th scope="col" className="num col-realised">
                  Realised
                </th>
                <th scope="col" className="num col-closes">
                  Closes
                </th>
              </tr>
            </thead>
            <tbody>
              {positions.map((position) => (
                <Row
                  key={position.ticker}
                  position={position}
                  glows={glows.has(position.ticker)}
                  closes={closesText(position.market_close_ms, serverNowMs)}
                />
              ))}
            </tbody>
          </table>
        </ScrollArea>
      )}
    </Panel>
  )
}

function emptyText(
  { state }: Trading,
  { connected, trouble }: { readonly connected: boolean; readonly trouble: string | null },
): string {
  if (state !== null) {
    if (connected && trouble === null) return 'No open position.'
    return `No open position when it was last told, at ${formatClock(state.timestamp_ms)}.`
  }
  return connected ? 'Unknown: no account was reported yet.' : 'Unknown: not connected.'
}

function closesText(closeMs: number | null, serverNowMs: number): string {
  if (closeMs === null) return 'unknown'
  return closeMs <= serverNowMs ? 'settling' : formatSpan(closeMs - serverNowMs)
}

const Row = memo(function Row(props: {
  readonly position: PositionDetail
  /** It just changed. */
  readonly glows: boolean
  readonly closes: string
}) {
  const { position, glows, closes } = props
  const { market_bid: bid, market_ask: ask, market_value: value, unrealized_pnl: open } = position
  const marked = position.price_source === 'book'
  return (
    <tr data-side={position.side} data-glow={glows || undefined}>
      <th scope="row" className="col-market">
        <Market title={position.title} ticker={position.ticker} />
      </th>
      <td className="col-side">
        <SidePill side={position.side} />
      </td>
      <td className="num col-qty">
        {position.session_updated && <Dot tone="info" label="changed this session" />}
        {formatCount(Math.abs(position.position))}
      </td>
      <td className="num col-cost" title={`fees paid ${formatMoney(position.fees_paid)}`}>
        {formatMoney(position.cost)}
      </td>
      <td className="num col-value strong">
        {marked && value !== null ? formatMoney(value) : <span className="unmarked">no live book</span>}
        {(bid !== null || ask !== null) && (
          <span className="cell-note">
            {bid === null ? 'none' : formatPrice(bid)} / {ask === null ? 'none' : formatPrice(ask)}
          </span>
        )}
      </td>
      <td className="num col-open">
        <Gain cents={open} />
        {open !== null && position.cost > 0 && (
          <span className="cell-note">{formatPercentChange((open / position.cost) * 100)}</span>
        )}
      </td>
      <td className="num col-realised">
        <Gain cents={position.realized_pnl} />
      </td>
      <td className="num col-closes">{closes}</td>
    </tr>
  )
})
