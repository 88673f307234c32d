import type { ReactNode } from 'react'
import {
  formatClock,
  formatId,
  formatInteger,
  formatMoney,
  formatName,
  formatPercentChange,
  formatSpan,
  unknownText,
} from '../format.ts'
import { Dot } from '../parts/badges.tsx'
import { ChangeArrow, Gain } from '../parts/change.tsx'
import type { TradingState } from '../state/frames.ts'

type Pnl = NonNullable<TradingState['pnl']>

/** The account in one strip: what is there, what the session made of it, how fresh the word is. */
export function AccountStrip(props: {
  readonly account: TradingState | null
  /** Why it may be another one by now. */
  readonly trouble: string | null
  readonly connected: boolean
  readonly serverNowMs: number
}) {
  const { account, ...rest } = props
  const { connected } = rest
  return (
    <section className="vitals account" aria-label="Account" data-connected={connected}>
      {account === null ? (
        <p className="account-none">
          {connected ? 'Account unknown: nobody has reported one yet.' : 'Account unknown: not connected.'}
        </p>
      ) : (
        <Figures account={account} {...rest} />
      )}
    </section>
  )
}

function Figures(props: {
  readonly account: TradingState
  readonly trouble: string | null
  readonly connected: boolean
  readonly serverNowMs: number
}) {
  const { account, trouble, connected, serverNowMs } = props
  const { changes, pnl, order_group: group } = account
  return (
    <dl>
      <Figure
        label="Account"
        value={
          <b className="broker" data-broker={account.broker}>
            {account.broker}
          </b>
        }
      >
        <ListenerBadge listener={account.position_listener} trouble={trouble} connected={connected} />
      </Figure>
      <Figure label="Cash" value={formatMoney(account.balance)}>
        <ChangeArrow by={changes?.balance} />
      </Figure>
      <Figure label="In positions" value={formatMoney(account.portfolio_value)}>
        <ChangeArrow by={changes?.portfolio_value} />
      </Figure>
      <Figure label="Total value" value={formatMoney(account.balance + account.portfolio_value)}>
        {pnl !== null && pnl.transfers !== 0 && `${formatMoney(pnl.transfers)} transferred`}
      </Figure>
      <Figure
        label={pnl ? `Session P&L since ${formatClock(pnl.session_start_ms)}` : 'Session P&L'}
        value={<SessionPnl pnl={pnl} />}
      >
        {pnl === null ? 'no baseline yet' : <Parts pnl={pnl} />}
      </Figure>
      <Figure label="Positions" value={formatInteger(account.position_count)}>
        <ChangeArrow by={changes?.positions} format={formatInteger} />
      </Figure>
      <Figure label="Orders" value={formatInteger(account.order_count)}>
        <ChangeArrow by={changes?.orders} format={formatInteger} />
      </Figure>
      {group !== null && (
        <Figure
          label="Order group"
          value={
            <span className="group-id" title={`${group.id}: ${group.order_ids.map(formatId).join(', ')}`}>
              {formatId(group.id)}
            </span>
          }
        >
          <span className="tag">{formatName(group.status)}</span> {formatInteger(group.order_count)}{' '}
          {group.order_count === 1 ? 'order' : 'orders'}
        </Figure>
      )}
      <Figure label="Last change" value={`${formatSpan(serverNowMs - account.timestamp_ms)} ago`}>
        {trouble}
      </Figure>
    </dl>
  )
}

function SessionPnl({ pnl }: { readonly pnl: Pnl | null }) {
  if (pnl === null) return unknownText
  return (
    <>
      <Gain cents={pnl.session_pnl} />
      <span className="account-percent">{formatPercentChange(pnl.session_pnl_percent)}</span>
    </>
  )
}

function Parts({ pnl }: { readonly pnl: Pnl }) {
  return (
    <>
      <Gain cents={pnl.realized_pnl} /> realised after fees, <Gain cents={pnl.unrealized_pnl} /> open
    </>
  )
}

/** Whether changes of the account come as they happen or are asked for now and then. */
export function ListenerBadge({
  listener,
  trouble,
  connected,
}: {
  readonly listener: TradingState['position_listener']
  readonly trouble: string | null
  readonly connected: boolean
}) {
  if (!connected || trouble !== null) {
    return (
      <span className="listener" data-mode="unknown" title={trouble ?? 'not connected'}>
        unknown
      </span>
    )
  }
  const live = listener.mode === 'live' && listener.connected
  return (
    <span
      className="listener"
      data-mode={live ? 'live' : 'polling'}
      title={
        live
          ? `changes come as they happen; ${formatInteger(listener.positions_received)} received`
          : 'the account is asked for now and then; changes show late'
      }
    >
      <Dot tone={live ? 'good' : 'warn'} />
      {live ? 'Live' : 'Polling'}
    </span>
  )
}

function Figure(props: { readonly label: string; readonly value: ReactNode; readonly children: ReactNode }) {
  return (
    <div className="vital">
      <dt>{props.label}</dt>
      <dd className="vital-value">{props.value}</dd>
      <dd className="vital-note">{props.children}</dd>
    </div>
  )
}
