import { memo, useLayoutEffect, useRef, useState } from 'react'
import { formatClock, formatName } from '../format.ts'
import { StateBadge } from '../parts/badges.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Empty, Panel } from '../parts/panel.tsx'
import type { ActivityLevel, ActivityLine } from '../state/activity-log.ts'
import { factsOf } from '../state/metadata.ts'
import { Facts, MoreFacts } from './activity-facts.tsx'

const levels: readonly ActivityLevel[] = ['info', 'success', 'warning', 'error']

// The reader who scrolled up further than this is reading, and is not taken to the end.
const nearBottomPx = 100

/** What happened in the system, oldest first, like a terminal. */
export function ActivityPanel({
  lines,
  connected,
}: {
  readonly lines: readonly ActivityLine[]
  readonly connected: boolean
}) {
  const [hidden, setHidden] = useState<ReadonlySet<ActivityLevel>>(new Set())
  const shown = lines.filter((line) => !hidden.has(line.level))
  return (
    <Panel
      name="activity"
      title="Activity"
      aside={
        <div className="chips" role="group" aria-label="Show by severity">
          {levels.map((level) => (
            <button
              key={level}
              type="button"
              className="chip"
              data-level={level}
              aria-pressed={!hidden.has(level)}
              onClick={() => setHidden(toggled(hidden, level))}
            >
              {level} <b>{lines.filter((line) => line.level === level).length}</b>
            </button>
          ))}
        </div>
      }
    >
      {shown.length === 0 ? <Empty>{emptyText(lines.length, connected)}</Empty> : <Log lines={shown} />}
    </Panel>
  )
}

function emptyText(hidden: number, connected: boolean): string {
  if (hidden > 0) return `All ${hidden} activities are hidden by the filter.`
  return connected
    ? 'No activity: nothing in the server’s history, and nothing happened since this page is connected.'
    : 'Unknown: not connected.'
}

function Log({ lines }: { readonly lines: readonly ActivityLine[] }) {
  const scroll = useRef<HTMLDivElement>(null)
  const [away, setAway] = useState(false)
  const toEnd = () => {
    const element = scroll.current
    if (element) element.scrollTop = element.scrollHeight
  }
  // Before painting, so that the end never flickers out of view.
  useLayoutEffect(() => {
    if (!away) toEnd()
  }, [lines, away])
  return (
    <>
      <div
        className="scroll"
        ref={scroll}
        tabIndex={0}
        role="log"
        aria-label="Activity, newest last"
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) =>
          setAway(scrollHeight - scrollTop - clientHeight > nearBottomPx)
        }
      >
        <ol className="activity">
          {lines.map((line) => (
            <Line key={line.activity_id} line={line} />
          ))}
        </ol>
      </div>
      {away && (
        <button type="button" className="to-end" onClick={toEnd}>
          Newest ↓
        </button>
      )}
    </>
  )
}

const Line = memo(function Line({ line }: { readonly line: ActivityLine }) {
  const { from_state, to_state } = line
  const { chips, more } = factsOf(line)
  return (
    <li className="line" data-level={line.level} data-replayed={line.replayed || undefined}>
      <time className="line-time">{formatClock(line.timestamp_ms)}</time>
      <span className="line-level">{line.level}</span>
      <div className="line-body">
        {line.replayed && (
          <span className="tag" title="from the server’s history">
            replay
          </span>
        )}
        <span className="line-type">{formatName(line.activity_type)}</span>
        {from_state !== undefined && to_state !== undefined && (
          <span className="line-states">
            <StateBadge state={from_state} /> → <StateBadge state={to_state} />
          </span>
        )}
        <span className="line-message">{line.message}</span>
        <Facts facts={chips} />
        <MoreFacts more={more} />
      </div>
      <CopyButton text={() => textOf(line)} label={`Copy: ${line.message}`} />
    </li>
  )
})

/** The whole of it as one would paste it into a ticket. */
function textOf({ level, activity_type, message, timestamp_ms, metadata }: ActivityLine): string {
  return `${formatClock(timestamp_ms)} ${level} ${activity_type}: ${message}\n${JSON.stringify(metadata, null, 2)}`
}

function toggled(levelsNow: ReadonlySet<ActivityLevel>, level: ActivityLevel): ReadonlySet<ActivityLevel> {
  const next = new Set(levelsNow)
  if (!next.delete(level)) next.add(level)
  return next
}
