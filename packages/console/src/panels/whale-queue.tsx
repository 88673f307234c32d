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
import { Market } from '../parts/market.tsx'
import { Empty, Panel, ScrollArea } from '../parts/panel.tsx'
import { WhaleStatusPill } from '../parts/whale-status-pill.tsx'
import { statusOfWhale, type Following, type WhaleStatus } from '../state/following.ts'
import type { DecisionAction, WhaleEntry, WhaleQueue, WhaleStats } from '../state/frames.ts'
import type { WhaleRow } from '../state/whale-rows.ts'

type Props = {
  readonly whaleQueue: WhaleQueue | null
  /** The queue as it is shown. */
  readonly rows: readonly WhaleRow[]
  /** What became of the whales; null where whales are not followed at all. */
  readonly following: Following | null
  readonly serverNowMs: number
}

/** The largest prints of the window, largest first. */
export function WhaleQueuePanel({ whaleQueue, rows, following, serverNowMs }: Props) {
  return (
    <Panel
      name="queue"
      title="Whale queue"
      aside={
        whaleQueue && (
          <Stats
            stats={whaleQueue.stats}
            shown={whaleQueue.queue.length}
            followed={following?.follow?.stats.whales_followed}
          />
        )
      }
    >
      {whaleQueue === null && <Empty>Unknown: the whale tracker has not been heard yet.</Empty>}
      {whaleQueue !== null && rows.length === 0 && <Empty>{emptyText(whaleQueue.stats)}</Empty>}
      {whaleQueue !== null && rows.length > 0 && (
        <ScrollArea label="Whale queue, scrollable">
          <Table
            rows={rows}
            following={following}
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

function Stats(props: {
  readonly stats: WhaleStats
  readonly shown: number
  readonly followed: number | undefined
}) {
  const { stats, shown, followed } = props
  return (
    <ul className="facts">
      <li>
        <b>{formatInteger(stats.trades_seen)}</b> seen
      </li>
      <li title={`${formatPercent(100 - stats.discard_rate_percent)} of the trades seen`}>
        <b>{formatInteger(stats.trades_accepted)}</b> whales
      </li>
      {followed !== undefined && (
        <li>
          <b>{formatInteger(followed)}</b> followed
        </li>
      )}
      <li title={`${formatInteger(stats.trades_discarded)} trades`}>
        <b>{formatPercent(stats.discard_rate_percent)}</b> discarded
      </li>
      <li>
        min <b>{formatDollars(stats.min_size_dollars)}</b> in <b>{formatWindow(stats.window_minutes)}</b>
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
  rows,
  following,
  windowMs,
  serverNowMs,
}: Pick<Props, 'rows' | 'following' | 'serverNowMs'> & { readonly windowMs: number }) {
  const largest = Math.max(...rows.map(({ entry }) => entry.whale_size_dollars))
  const ranks = rows.filter(({ phase }) => phase === 'queued').map(({ entry }) => entry.whale_id)
  return (
    <table className="queue" data-following={following !== null || undefined}>
      <thead>
        <tr>
          <th scope="col" className="num col-rank">
            <abbr title="Rank">#</abbr>
          </th>
          {following && (
            <th scope="col" className="col-status">
              Status
            </th>
          )}
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
        {rows.map((row) => {
          const { entry, phase } = row
          const rank = ranks.indexOf(entry.whale_id) + 1
          return (
            <Row
              key={entry.whale_id}
              entry={entry}
              phase={phase}
              rank={rank === 0 ? null : rank}
              share={largest > 0 ? entry.whale_size_dollars / largest : 0}
              age={formatSpan(serverNowMs - entry.timestamp_ms)}
              expired={serverNowMs - entry.timestamp_ms > windowMs}
              {...(following && statusOfWhale(following, row))}
            />
          )
        })}
      </tbody>
    </table>
  )
}

const Row = memo(function Row(props: {
  readonly entry: WhaleEntry
  readonly phase: WhaleRow['phase']
  /** Null for what has left the queue. */
  readonly rank: number | null
  readonly share: number
  readonly age: string
  /** Past the window, and the tracker has not said so: it may be down. */
  readonly expired: boolean
  readonly status?: WhaleStatus
  readonly action?: DecisionAction | null
}) {
  const { entry, phase, rank, share, age, expired, status, action = null } = props
  return (
    <tr
      data-side={entry.side}
      data-phase={phase}
      data-status={status}
      data-expired={(expired && phase === 'queued') || undefined}
    >
      <td className="num col-rank">{rank ?? <span className="visually-hidden">left the queue</span>}</td>
      {status && (
        <td className="col-status">
          <WhaleStatusPill status={status} action={action} />
        </td>
      )}
      <th scope="row" className="col-market">
        <Market
          title={entry.title}
          ticker={entry.market_ticker}
          outcome={entry.sub_title}
          block={entry.is_block_trade}
        />
        <span className="only-narrow queue-terms">
          {formatCount(entry.count)} at {formatPrice(entry.price_cents)}, cost{' '}
          {formatDollars(entry.cost_dollars)}
          {status && (
            <>
              {' '}
              <WhaleStatusPill status={status} action={action} />
            </>
          )}
        </span>
      </th>
      <td className="col-side">
        <SidePill side={entry.side} />
      </td>
      <td className="num col-price">{formatPrice(entry.price_cents)}</td>
      <td className="num col-count">{formatCount(entry.count)}</td>
      <td className="num col-cost">{formatDollars(entry.cost_dollars)}</td>
      <td className="num col-payout strong">
        {formatDollars(entry.payout_dollars)}
        <span className="cell-note" title="profit if it comes out so: payout less cost">
          +{formatDollars(entry.payout_dollars - entry.cost_dollars)}
        </span>
      </td>
      <td className="col-size">
        <Bar share={share} />
      </td>
      <td className="num col-age">{age}</td>
    </tr>
  )
})

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
