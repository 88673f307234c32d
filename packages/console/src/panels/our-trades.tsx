import type { ReactNode } from 'react'
import {
  formatClock,
  formatCount,
  formatDollars,
  formatId,
  formatInteger,
  formatMoney,
  formatName,
  formatPrice,
  formatSpan,
} from '../format.ts'
import { SidePill } from '../parts/badges.tsx'
import { Gain } from '../parts/change.tsx'
import { Empty, Panel, ScrollArea } from '../parts/panel.tsx'
import { Ticker } from '../parts/ticker.tsx'
import type { Follow, FollowedWhale, Side, TradingState } from '../state/frames.ts'

/** What was done with the account: whales followed, orders that wait, fills, settlements. */
export function OurTradesPanel(props: {
  readonly account: TradingState | null
  readonly follow: Follow | null
  readonly connected: boolean
  readonly serverNowMs: number
}) {
  const { account, follow, connected, serverNowMs } = props
  const followed = follow?.followed_whales ?? []
  const orders = account?.order_list ?? []
  const fills = account?.fills ?? []
  const settlements = account?.settlements ?? []
  const none = followed.length + orders.length + fills.length + settlements.length === 0
  return (
    <Panel
      name="trades"
      title="Followed trades"
      aside={
        account && (
          <span>
            <b>{formatInteger(account.open_orders)}</b> resting,{' '}
            <b>{formatInteger(account.settlements_count)}</b> settled
          </span>
        )
      }
    >
      {none ? (
        <Empty>{emptyText({ account, follow, connected })}</Empty>
      ) : (
        <ScrollArea label="Followed trades, orders, fills and settlements, scrollable">
          <Section title="Followed" count={followed.length}>
            {followed.map((whale) => (
              <Followed key={whale.whale_id} whale={whale} serverNowMs={serverNowMs} />
            ))}
          </Section>
          <Section title="Resting orders" count={orders.length}>
            {orders.map((order) => (
              <Line
                key={order.order_id}
                side={order.side}
                ticker={order.ticker}
                terms={`${order.action} ${formatCount(order.count)} at ${formatPrice(order.price)}`}
                note={`${formatName(order.status)} ${formatId(order.order_id)}`}
                when={
                  order.created_ms === null
                    ? 'since unknown'
                    : `${formatSpan(serverNowMs - order.created_ms)} ago`
                }
              />
            ))}
          </Section>
          <Section title="Fills" count={fills.length}>
            {fills.map((fill) => (
              <Line
                key={fill.fill_id}
                side={fill.side}
                ticker={fill.ticker}
                terms={`${fill.action} ${formatCount(fill.count)} at ${formatPrice(fill.price)}`}
                note={`fee ${formatMoney(fill.fee)}`}
                when={formatClock(fill.filled_ms)}
              />
            ))}
          </Section>
          <Section title="Settlements" count={settlements.length}>
            {settlements.map((settlement) => (
              <Line
                key={`${settlement.ticker} ${settlement.settled_ms}`}
                ticker={settlement.ticker}
                terms={`came out ${settlement.market_result.toUpperCase()}`}
                note={<Gain cents={settlement.net_pnl} />}
                when={formatClock(settlement.settled_ms)}
              />
            ))}
          </Section>
        </ScrollArea>
      )}
    </Panel>
  )
}

function emptyText(known: {
  readonly account: TradingState | null
  readonly follow: Follow | null
  readonly connected: boolean
}): string {
  const { account, follow, connected } = known
  if (!connected && account === null && follow === null) return 'Unknown: not connected.'
  const holdings =
    account === null ? 'the account is unknown' : 'no order rests, and nothing was filled or settled'
  if (follow === null) return `Whether whales are followed is unknown; ${holdings}.`
  if (follow.strategy === 'hold') return `The strategy is hold: no whale is followed; ${holdings}.`
  return `No whale was followed yet (${follow.reason || formatName(follow.strategy)}); ${holdings}.`
}

function Section(props: { readonly title: string; readonly count: number; readonly children: ReactNode }) {
  if (props.count === 0) return null
  return (
    <section className="ours" aria-label={props.title}>
      <h3>
        {props.title} <span className="muted">{formatInteger(props.count)}</span>
      </h3>
      <ul>{props.children}</ul>
    </section>
  )
}

function Followed({ whale, serverNowMs }: { readonly whale: FollowedWhale; readonly serverNowMs: number }) {
  const { cost_dollars: cost, payout_dollars: payout } = whale
  return (
    <li className="our-line">
      <SidePill side={whale.side} />
      <span className="our-market" title={whale.market_ticker}>
        {whale.title ?? <Ticker ticker={whale.market_ticker} />}
      </span>
      <span className="our-when">{formatSpan(serverNowMs - whale.placed_at_ms)} ago</span>
      <span className="our-terms">
        {boughtText(whale)} at {formatPrice(whale.price_cents)}, {formatDollars(cost)}, pays{' '}
        {formatDollars(payout)}
      </span>
      <span className="our-note" title="profit if it comes out as the whale thinks">
        {formatDollars(payout - cost)} to win
      </span>
    </li>
  )
}

/** What was ordered is not what was bought: the rest waited in the book, and what became of it is told there. */
function boughtText({ our_count: ordered, filled_count: filled }: FollowedWhale): string {
  const all = formatCount(ordered)
  return filled === null || filled === ordered ? all : `${formatCount(filled)} of ${all} at once`
}

function Line(props: {
  readonly side?: Side
  readonly ticker: string
  readonly terms: string
  readonly note: ReactNode
  readonly when: string
}) {
  return (
    <li className="our-line">
      {props.side === undefined ? <span className="tag">end</span> : <SidePill side={props.side} />}
      <span className="our-market">
        <Ticker ticker={props.ticker} />
      </span>
      <span className="our-when">{props.when}</span>
      <span className="our-terms">{props.terms}</span>
      <span className="our-note">{props.note}</span>
    </li>
  )
}
