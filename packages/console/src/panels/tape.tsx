import { memo, useEffect, useState } from 'react'
import { formatClock, formatCount, formatDollars, formatInteger, formatPrice, formatRate } from '../format.ts'
import { SidePill } from '../parts/badges.tsx'
import { Empty, Panel } from '../parts/panel.tsx'
import { Ticker } from '../parts/ticker.tsx'
import type { Trade } from '../state/frames.ts'
import { tapeRows, type Tape } from '../state/tape.ts'

type Props = {
  readonly tape: Tape
  readonly rate: number | undefined
  readonly connected: boolean
  readonly onPaused: (paused: boolean) => void
}

/**
 * Every print as it comes. It holds still while the pointer rests on it, while the keyboard is in it, or on
 * request, and says how many prints wait.
 */
export function TapePanel({ tape, rate, connected, onPaused }: Props) {
  const [held, setHeld] = useState(false)
  const [touched, setTouched] = useState(false)
  const paused = held || touched
  useEffect(() => onPaused(paused), [paused, onPaused])
  return (
    <Panel
      name="tape"
      title="Live tape"
      aside={
        <>
          <span className="tape-state" data-paused={tape.paused}>
            {tape.paused
              ? `paused, ${formatInteger(tape.waitingCount)} waiting`
              : rate !== undefined && `${formatRate(rate)}/s`}
          </span>
          <button type="button" className="chip" aria-pressed={held} onClick={() => setHeld(!held)}>
            Hold
          </button>
        </>
      }
    >
      {tape.rows.length === 0 ? (
        <Empty>{connected ? 'No trade since this page is connected.' : 'Unknown: not connected.'}</Empty>
      ) : (
        <div
          className="scroll"
          tabIndex={0}
          role="group"
          aria-label={`The newest ${tapeRows} trades, scrollable`}
          onPointerEnter={(event) => event.pointerType === 'mouse' && setTouched(true)}
          onPointerLeave={() => setTouched(false)}
          onFocus={(event) => event.currentTarget.matches(':focus-visible') && setTouched(true)}
          onBlur={() => setTouched(false)}
        >
          <TapeTable rows={tape.rows} />
        </div>
      )}
    </Panel>
  )
}

const TapeTable = memo(function TapeTable({ rows }: { readonly rows: readonly Trade[] }) {
  return (
    <table className="tape">
      <thead>
        <tr>
          <th scope="col" className="col-time">
            Time
          </th>
          <th scope="col">Market</th>
          <th scope="col" className="col-side">
            Side
          </th>
          <th scope="col" className="num col-price">
            Price
          </th>
          <th scope="col" className="num col-count">
            Contracts
          </th>
          <th scope="col" className="num col-cost">
            Cost
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((trade) => (
          <TapeRow key={trade.trade_id} trade={trade} />
        ))}
      </tbody>
    </table>
  )
})

const TapeRow = memo(function TapeRow({ trade }: { readonly trade: Trade }) {
  return (
    <tr data-side={trade.side} data-size={sizeBand(trade.payout_dollars)}>
      <td className="col-time">{formatClock(trade.timestamp_ms)}</td>
      <td>
        <Ticker ticker={trade.market_ticker} />
      </td>
      <td className="col-side">
        <SidePill side={trade.side} />
      </td>
      <td className="num col-price">{formatPrice(trade.price_cents)}</td>
      <td className="num col-count">{formatCount(trade.count)}</td>
      <td className="num col-cost">{formatDollars(trade.cost_dollars)}</td>
    </tr>
  )
})

/** Emphasis only: the reader's eye should stop at prints of a thousand dollars and of ten thousand. */
function sizeBand(payoutDollars: number): 'large' | 'huge' | undefined {
  if (payoutDollars >= 10_000) return 'huge'
  return payoutDollars >= 1_000 ? 'large' : undefined
}
