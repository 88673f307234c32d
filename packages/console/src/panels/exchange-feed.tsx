import { formatClock, formatInteger, formatName, formatSpan } from '../format.ts'
import { Dot, type Tone } from '../parts/badges.tsx'
import { Panel } from '../parts/panel.tsx'
import type { FeedGap, FeedState } from '../state/frames.ts'
import { gapOutcome, type Feed, type GapOutcome } from '../state/feed.ts'

const tones: Readonly<Record<FeedState['state'], Tone>> = {
  live: 'good',
  connecting: 'info',
  silent: 'warn',
  paused: 'warn',
  reconnecting: 'warn',
  auth_failed: 'bad',
  stopped: 'bad',
}

/** In words, because a quiet market and a lost connection must never look the same. */
const meanings: Readonly<Record<FeedState['state'], string>> = {
  live: 'connected and subscribed: what is traded is received',
  connecting: 'connecting, nothing is received yet',
  silent: 'connected and alive, but no trade comes although trading is open',
  paused: 'reading is paused; what is not read now is refilled later',
  reconnecting: 'cut off: what is traded now is missed until it is refilled',
  auth_failed: 'refused by the exchange: nothing is received',
  stopped: 'stopped: nothing is received',
}

/** The sockets to the exchange, and everything that was missed on them. */
export function ExchangeFeedPanel({
  feed,
  connected,
  serverNowMs,
}: {
  readonly feed: Feed
  readonly connected: boolean
  readonly serverNowMs: number
}) {
  const open = feed.gaps.filter((gap) => gapOutcome(gap) === 'open').length
  return (
    <Panel
      name="feed"
      title="Exchange feed"
      aside={<span>{open === 0 ? 'no open gap' : `${open} open`}</span>}
    >
      <div className="feed">
        {feed.sources.length === 0 ? (
          <p className="source">
            <Dot tone="quiet" />
            <span>Unknown: {connected ? 'no socket to the exchange was reported.' : 'not connected.'}</span>
          </p>
        ) : (
          <ul className="sources">
            {feed.sources.map((source) => (
              <li className="source" key={source.source} data-state={source.state}>
                <Dot tone={tones[source.state]} />
                <span className="source-name">{source.source}</span>
                <span className="source-state">{formatName(source.state)}</span>
                <span className="muted">for {formatSpan(serverNowMs - source.since_ms)}</span>
                <span className="source-why">
                  {meanings[source.state]}
                  {source.reason !== '' && ` (${source.reason})`}
                </span>
              </li>
            ))}
          </ul>
        )}
        <Gaps gaps={feed.gaps} known={feed.sources.length > 0} />
      </div>
    </Panel>
  )
}

function Gaps({ gaps, known }: { readonly gaps: readonly FeedGap[]; readonly known: boolean }) {
  if (gaps.length === 0)
    return known && <p className="muted gaps-none">No gap in the server’s history: nothing was missed.</p>
  return (
    <ul className="gaps">
      {gaps.map((gap) => (
        <li className="gap" key={gap.gap_id} data-outcome={gapOutcome(gap)}>
          <time>{formatClock(gap.since_ms)}</time>
          <span className="gap-outcome">{gapOutcome(gap)}</span>
          <span className="gap-text">{gapText(gap)}</span>
        </li>
      ))}
    </ul>
  )
}

const outcomeTexts: Readonly<Record<GapOutcome, (gap: FeedGap) => string>> = {
  open: (gap) =>
    gap.until_ms === null
      ? 'still cut off, missing count not known'
      : 'being refilled, missing count not known',
  lost: (gap) => `${formatInteger(gap.missing ?? 0)} missing for good`,
  recovered: () => 'nothing missing',
}

/** Cause, extent, what was recovered, and what is missing: all four, always. */
function gapText(gap: FeedGap): string {
  const range = gap.from === null ? '' : gap.from === gap.to ? ` #${gap.from}` : ` #${gap.from}–${gap.to}`
  const span = gap.until_ms === null ? '' : ` over ${formatSpan(gap.until_ms - gap.since_ms)}`
  return `${formatName(gap.cause)}${range}${span}: ${formatInteger(gap.filled)} recovered, ${outcomeTexts[gapOutcome(gap)](gap)}`
}
