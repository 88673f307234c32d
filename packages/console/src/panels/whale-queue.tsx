import { memo, type CSSProperties } from 'react'
import {
  formatCount,
  formatDollars,
  formatInteger,
  formatPercent,
  formatPrice,
  formatSpan,
  formatWindow,
} from '../format.ts'
import { SidePill } from '../parts/badges.tsx'
import { Empty, Panel, ScrollArea } from '../parts/panel.tsx'
import { Ticker } from '../parts/ticker.tsx'
import type { WhaleEntry, WhaleQueue, WhaleStats } from '../state/frames.ts'

/** The largest prints of the window, largest first. */
export function WhaleQueuePanel({
  whaleQueue,
  serverNowMs,
}: {
  readonly whaleQueue: WhaleQueue | null
  readonly serverNowMs: number
}) {
  return (
    <Panel
      name="queue"
      title="Whale queue"
      aside={whaleQueue && <Stats stats={whaleQueue.stats} shown={whaleQueue.queue.length} />}
    >
      {whaleQueue === null && <Empty>Unknown: the whale tracker has not been heard yet.</Empty>}
      {whaleQueue?.queue.length === 0 && <Empty>{emptyText(whaleQueue.stats)}</Empty>}
      {whaleQueue !== null && whaleQueue.queue.length > 0 && (
        <ScrollArea label="Whale queue, scrollable">
          <Table
            queue={whaleQueue.queue}
            windowMs={whaleQueue.stats.window_minutes * 60_000}
            serverNowMs={serverNowMs}
          />
        </ScrollArea>
      )}
    </Panel>
  )
}

function emptyText(stats: WhaleStats): string {
  const text = `No print of ${formatDollars(stats.min_size_dollars)} or more in the last ${formatWindow(stats.window_minutes)}`
  return stats.trades_seen === 0
    ? `${text}: no trade was seen at all.`
    : `${text}, of ${formatInteger(stats.trades_seen)} trades seen since the start.`
}

function Stats({ stats, shown }: { readonly stats: WhaleStats; readonly shown: number }) {
  return (
    <ul className="facts">
      <li>
        <b>{formatInteger(stats.trades_seen)}</b> seen
      </li>
      <li>
        <b>{formatPercent(stats.discard_rate_percent)}</b> discarded
      </li>
      <li>
        window <b>{formatWindow(stats.window_minutes)}</b>
      </li>
      <li>
        min <b>{formatDollars(stats.min_size_dollars)}</b>
      </li>
      <li>
        <b>
          {shown}/{stats.max_queue_size}
        </b>{' '}
        by {stats.size_metric}
      </li>
    </ul>
  )
}

function Table({
  queue,
  windowMs,
  serverNowMs,
}: {
  readonly queue: readonly WhaleEntry[]
  readonly windowMs: number
  readonly serverNowMs: number
}) {
  const largest = Math.max(...queue.map((entry) => entry.whale_size_dollars))
  return (
    <table className="queue">
      <thead>
        <tr>
          <th scope="col" className="num col-rank">
            <abbr title="Rank">#</abbr>
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
          <th scope="col" className="num col-payout">
            Payout
          </th>
          <th scope="col" className="col-size">
            Size
          </th>
          <th scope="col" className="num col-age">
            Age
          </th>
        </tr>
      </thead>
      <tbody>
        {queue.map((entry, index) => (
          <Row
            key={entry.whale_id}
            entry={entry}
            rank={index + 1}
            share={largest > 0 ? entry.whale_size_dollars / largest : 0}
            age={formatSpan(serverNowMs - entry.timestamp_ms)}
            expired={serverNowMs - entry.timestamp_ms > windowMs}
          />
        ))}
      </tbody>
    </table>
  )
}

const Row = memo(function Row({
  entry,
  rank,
  share,
  age,
  expired,
}: {
  readonly entry: WhaleEntry
  readonly rank: number
  readonly share: number
  readonly age: string
  /** Past the window, and the tracker has not said so: it may be down. */
  readonly expired: boolean
}) {
  return (
    <tr data-side={entry.side} data-expired={expired || undefined}>
      <td className="num col-rank">{rank}</td>
      <th scope="row" className="col-market">
        <Market entry={entry} />
        <span className="only-narrow queue-terms">
          {formatCount(entry.count)} at {formatPrice(entry.price_cents)}, cost{' '}
          {formatDollars(entry.cost_dollars)}
        </span>
      </th>
      <td className="col-side">
        <SidePill side={entry.side} />
      </td>
      <td className="num col-price">{formatPrice(entry.price_cents)}</td>
      <td className="num col-count">{formatCount(entry.count)}</td>
      <td className="num col-cost">{formatDollars(entry.cost_dollars)}</td>
      <td className="num col-payout strong">{formatDollars(entry.payout_dollars)}</td>
      <td className="col-size">
        <Bar share={share} />
      </td>
      <td className="num col-age">{age}</td>
    </tr>
  )
})

function Market({ entry }: { readonly entry: WhaleEntry }) {
  return (
    <span className="market">
      {entry.title !== null && (
        <span className="market-title" title={entry.title}>
          {entry.title}
        </span>
      )}
      <span className="market-sub">
        {entry.sub_title && <span className="market-outcome">{entry.sub_title}</span>}
        <Ticker ticker={entry.market_ticker} />
        {entry.is_block_trade && <span className="tag">block</span>}
      </span>
    </span>
  )
}

/** Size relative to the largest in the queue. Custom properties set by script pass a strict content policy. */
function Bar({ share }: { readonly share: number }) {
  const style: CSSProperties & Record<'--share', number> = { '--share': share }
  return (
    <span
      className="bar"
      style={style}
      role="img"
      aria-label={`${Math.round(share * 100)}% of the largest`}
    />
  )
}
