import { describe, expect, test } from '@jest/globals'
import { onActivities } from '../state/activity-log.ts'
import { emptyTape, onTapePaused, onTrades } from '../state/tape.ts'
import { render } from '../testing/render.ts'
import { activity, nowMs, trade, transition, whale } from '../testing/samples.ts'
import { ActivityPanel } from './activity.tsx'
import { TapePanel } from './tape.tsx'
import { WhaleEventsPanel } from './whale-events.tsx'

describe('whale events', () => {
  test.each(['S1', 'S2', 'S3', 'S4'] as const)('%s is shown with its stated reason', (severity) => {
    const { html, text } = render(
      <WhaleEventsPanel whales={[whale({ severity })]} connected serverNowMs={nowMs} />,
    )
    expect(html).toContain(`data-severity="${severity}"`)
    expect(text).toContain('12,400 contracts, at least 10,000')
    expect(text).toContain('last 1m 04s ago')
  })

  test.each([
    { connected: true, says: 'No whale event: the server remembers none' },
    { connected: false, says: 'Unknown: not connected.' },
  ])('empty, connected $connected: says why', ({ connected, says }) => {
    const { text } = render(<WhaleEventsPanel whales={[]} connected={connected} serverNowMs={nowMs} />)
    expect(text).toContain(says)
  })
})

describe('the tape', () => {
  const panel = (tape: typeof emptyTape, connected = true) =>
    render(<TapePanel tape={tape} rate={12} connected={connected} onPaused={() => undefined} />)

  test('shows prints, and their rate', () => {
    const { text } = panel(onTrades(emptyTape, [trade()]))
    expect(text).toContain('12/s')
    expect(text).toContain('KXTEST-26 -A YES 62.5¢ 12,400 $7,750')
  })

  test('paused, it counts what waits', () => {
    const paused = onTapePaused(onTrades(emptyTape, [trade()]), true)
    const { text } = panel(onTrades(paused, [trade({ trade_id: 't2' }), trade({ trade_id: 't3' })]))
    expect(text).toContain('paused, 2 waiting')
  })

  test('empty, it tells a quiet market from a missing connection', () => {
    expect(panel(emptyTape).text).toContain('No trade since this page is connected.')
    expect(panel(emptyTape, false).text).toContain('Unknown: not connected.')
  })
})

describe('activity', () => {
  test('a line shows its severity, type, states, message and what else is known', () => {
    const lines = onActivities(
      [],
      [
        transition('ready', { message: 'first trades flow', metadata: { context: 'x' } }),
        activity({
          activity_type: 'degraded',
          message: 'trade_feed: closed',
          metadata: { severity: 'warning', component: 'trade_feed', down_ms: 4_000, instance: 'ingest-1' },
        }),
      ],
      false,
    )
    const { text, html } = render(<ActivityPanel lines={lines} connected />)
    expect(text).toContain('success state transition STARTUP → READY first trades flow')
    expect(text).toContain(
      'warning degraded trade_feed: closed down 4s 2 more component trade_feed instance ingest-1',
    )
    expect(html).toContain('role="log"')
    expect(html).toContain('aria-label="Copy: trade_feed: closed"')
    expect(text).not.toContain('replay')
  })

  test.each(['info', 'success', 'warning', 'error'] as const)('%s has its own tone', (severity) => {
    const { html, text } = render(
      <ActivityPanel lines={onActivities([], [activity({ metadata: { severity } })], false)} connected />,
    )
    expect(html).toContain(`class="line" data-level="${severity}"`)
    expect(text).toContain(`${severity} operation something happened`)
  })

  test('raw objects never reach the reader', () => {
    const components = { redis: true, trade_feed: false }
    const lines = onActivities([], [activity({ metadata: { components, all_healthy: false } })], false)
    const { text } = render(<ActivityPanel lines={lines} connected />)
    expect(text).toContain('components not ok trade feed 2 more components redis yes trade feed no')
    expect(text).not.toContain('{')
  })

  test('replayed lines are marked', () => {
    const lines = onActivities([], [transition('ready')], true)
    expect(render(<ActivityPanel lines={lines} connected />).text).toContain('replay state transition')
  })

  test.each([
    { connected: true, says: 'No activity:' },
    { connected: false, says: 'Unknown: not connected.' },
  ])('empty, connected $connected: says why', ({ connected, says }) => {
    expect(render(<ActivityPanel lines={[]} connected={connected} />).text).toContain(says)
  })
})
