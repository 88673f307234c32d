import { memo, useState, type ReactNode } from 'react'
import {
  formatClock,
  formatDollars,
  formatInteger,
  formatPercent,
  formatSpan,
  unknownText,
} from '../format.ts'
import { Gain } from '../parts/change.tsx'
import { DecisionBadge, decisionActions, decisionNames } from '../parts/decision-badge.tsx'
import { SidePill } from '../parts/badges.tsx'
import { Empty, Panel, ScrollArea } from '../parts/panel.tsx'
import { Ticker } from '../parts/ticker.tsx'
import type { Decision, DecisionAction, Follow } from '../state/frames.ts'
import type { Following } from '../state/following.ts'

type Stats = Follow['stats']

/** Why each whale was followed or not: the counts since following began, and the newest verdicts with their reasons. */
export function DecisionsPanel(props: {
  readonly following: Following
  readonly connected: boolean
  readonly serverNowMs: number
}) {
  const { following, connected, serverNowMs } = props
  const { follow, decisions } = following
  const [only, setOnly] = useState<DecisionAction | null>(null)
  const shown = only === null ? decisions : decisions.filter(({ action }) => action === only)
  return (
    <Panel name="decisions" title="Decisions" aside={<Standing follow={follow} connected={connected} />}>
      {follow && <Totals stats={follow.stats} day={follow.day} />}
      <Filters
        counts={follow?.stats.by_action ?? null}
        decisions={decisions}
        only={only}
        onOnly={(action) => setOnly(action === only ? null : action)}
      />
      {shown.length === 0 ? (
        <Empty>{emptyText(following, { connected, only })}</Empty>
      ) : (
        <ScrollArea label="Newest decisions, scrollable">
          <ol className="decisions">
            {shown.map((decision) => (
              <Line
                key={decision.whale_id}
                decision={decision}
                age={formatSpan(serverNowMs - decision.timestamp_ms)}
              />
            ))}
          </ol>
        </ScrollArea>
      )}
    </Panel>
  )
}

function Standing({ follow, connected }: { readonly follow: Follow | null; readonly connected: boolean }) {
  if (follow === null || !connected) return <span>unknown{!connected && ': not connected'}</span>
  return (
    <span className="standing" data-active={follow.active} title={follow.reason}>
      {follow.strategy.replaceAll('_', ' ')}, <b>{follow.active ? 'active' : 'not active'}</b>
      {!follow.active && follow.reason !== '' && `: ${follow.reason}`}
    </span>
  )
}

function Totals({ stats, day }: { readonly stats: Stats; readonly day: Follow['day'] }) {
  const { whales_detected: judged, whales_followed: followed, whales_skipped: skipped, failed } = stats
  const missing = judged - followed - skipped - failed
  return (
    <dl className="totals">
      <Total label="Judged">{formatInteger(judged)}</Total>
      <Total label="Followed" tone="good">
        {formatInteger(followed)}
      </Total>
      <Total label="Skipped">{formatInteger(skipped)}</Total>
      <Total label="Failed" {...(failed > 0 && { tone: 'bad' })}>
        {formatInteger(failed)}
      </Total>
      {missing !== 0 && (
        <Total label="Unaccounted" tone="bad">
          {formatInteger(missing)}
        </Total>
      )}
      <Total label="Rate">{judged === 0 ? unknownText : formatPercent((followed / judged) * 100)}</Total>
      <Total label={`Tokens, 1 in ${formatInteger(stats.token_refill_seconds)} s`}>
        {formatInteger(Math.floor(stats.tokens_remaining))}/{formatInteger(stats.max_tokens)}
      </Total>
      <Total label="Trades today">
        {formatInteger(day.trades)}, <Gain cents={day.realized_pnl_e6 / 10_000} />
      </Total>
    </dl>
  )
}

function Total(props: {
  readonly label: string
  readonly tone?: 'good' | 'bad'
  readonly children: ReactNode
}) {
  return (
    <div className="total" data-tone={props.tone}>
      <dt>{props.label}</dt>
      <dd>{props.children}</dd>
    </div>
  )
}

/** One tile a verdict; together they are all that was judged. The tile also filters the list below. */
function Filters(props: {
  readonly counts: Stats['by_action'] | null
  readonly decisions: readonly Decision[]
  readonly only: DecisionAction | null
  readonly onOnly: (action: DecisionAction) => void
}) {
  const { counts, decisions, only, onOnly } = props
  const seen = decisionActions.filter(
    (action) =>
      action === 'followed' ||
      action === only ||
      (counts?.[action] ?? 0) > 0 ||
      decisions.some((each) => each.action === action),
  )
  return (
    <div className="verdicts" role="group" aria-label="Show only one verdict">
      {seen.map((action) => (
        <button
          key={action}
          type="button"
          className="chip"
          data-action={action}
          aria-pressed={only === action}
          title={decisionNames[action].meaning}
          onClick={() => onOnly(action)}
        >
          {decisionNames[action].label} <b>{counts === null ? unknownText : formatInteger(counts[action])}</b>
        </button>
      ))}
    </div>
  )
}

function emptyText(
  { follow, decisions }: Following,
  { connected, only }: { readonly connected: boolean; readonly only: DecisionAction | null },
): string {
  if (only !== null && decisions.length > 0) {
    return `None of the newest ${decisions.length} decisions is “${decisionNames[only].label}”.`
  }
  if (!connected) return 'Unknown: not connected.'
  if (follow === null) return 'Unknown: nobody has said yet whether whales are followed.'
  if (follow.strategy === 'hold') return 'The strategy is hold: no whale is judged, no order is sent.'
  if (!follow.active) return `No whale is judged now: ${follow.reason}.`
  return 'No whale was judged yet.'
}

const Line = memo(function Line({ decision, age }: { readonly decision: Decision; readonly age: string }) {
  return (
    <li className="decision" data-action={decision.action}>
      <DecisionBadge action={decision.action} />
      <span className="decision-market" title={decision.market_ticker}>
        {decision.title ?? <Ticker ticker={decision.market_ticker} />}
      </span>
      <SidePill side={decision.side} />
      <span className="decision-size">{formatDollars(decision.whale_size_dollars)}</span>
      <time className="decision-age" title={formatClock(decision.timestamp_ms)}>
        {age}
      </time>
      <span
        className="decision-reason"
        title={`${decision.reason} (judged at an age of ${formatSpan(decision.age_seconds * 1_000)})`}
      >
        {decision.reason}
      </span>
    </li>
  )
})
