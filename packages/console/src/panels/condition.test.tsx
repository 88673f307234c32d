import { describe, expect, test } from '@jest/globals'
import type { FeedState, MachineState } from '../state/frames.ts'
import { emptyFeed } from '../state/feed.ts'
import { newLink } from '../state/link.ts'
import { unknownMachine } from '../state/machine.ts'
import { render } from '../testing/render.ts'
import { component, connectedLink, gap, health, nowMs, status } from '../testing/samples.ts'
import { ConnectionPanel } from './connection.tsx'
import { ExchangeFeedPanel } from './exchange-feed.tsx'
import { Header } from './header.tsx'
import { Notice } from './notice.tsx'
import { ServiceHealthPanel } from './service-health.tsx'
import { Vitals } from './vitals.tsx'

const lost = {
  ...newLink,
  state: { type: 'connecting', attempt: 2, retryAtMs: nowMs + 3_000, reason: 'closed with 1006' },
} as const

describe('the header', () => {
  const header = (state: MachineState, link = connectedLink(), lastDataAtMs: number | null = nowMs) =>
    render(
      <Header
        link={link}
        machine={{ state, saidAtMs: nowMs, sinceMs: nowMs - 60_000 }}
        lastDataAtMs={lastDataAtMs}
        nowMs={nowMs}
        serverNowMs={nowMs}
      />,
    )

  test.each([
    'startup',
    'initializing',
    'orderbook_connect',
    'trading_client_connect',
    'kalshi_data_sync',
    'ready',
    'acting',
    'error',
    'shutdown',
    'unknown',
  ] as const)('%s has a badge of its own, in upper case', (state) => {
    const { html, text } = header(state)
    expect(html).toContain(`data-state="${state}"`)
    expect(text).toContain(state.replaceAll('_', ' ').toUpperCase())
  })

  test('without a connection the state is unknown, whatever it was', () => {
    const { text } = header('ready', lost, nowMs - 12_000)
    expect(text).toContain('UNKNOWN not connected; last known: ready')
    expect(text).toContain('data 12s old Retry in 3s')
  })

  test('before anything was received nothing is claimed', () => {
    const { text } = render(
      <Header
        link={newLink}
        machine={unknownMachine}
        lastDataAtMs={null}
        nowMs={nowMs}
        serverNowMs={nowMs}
      />,
    )
    expect(text).toContain('UNKNOWN no status received yet')
    expect(text).toContain('no data yet')
  })
})

describe('the notice', () => {
  const notice = (props: Partial<Parameters<typeof Notice>[0]>) =>
    render(<Notice link={connectedLink()} health={null} lastDataAtMs={nowMs} nowMs={nowMs} {...props} />).text

  test('is absent while all is well, while something only starts, and while nothing is known', () => {
    expect(notice({ health: health([component('redis')]) })).toBe('')
    expect(notice({ health: health([component('redis', { status: 'starting' })]) })).toBe('')
    expect(notice({})).toBe('')
    expect(notice({ link: newLink })).toBe('')
  })

  test('names the worst component and what the reader stops seeing', () => {
    const report = health([
      component('trade_feed', { status: 'degraded', reason: 'slow' }),
      component('whale_tracker', { reporting: false, service: 'whale-tracker' }),
    ])
    expect(notice({ health: report })).toBe(
      'whale tracker silent : whale-tracker is silent. You stop seeing changes of the whale queue and new whale events. And 1 more, see service health.',
    )
  })

  test('says from when the page is when the connection is lost', () => {
    expect(notice({ link: lost })).toMatch(/No connection. Retry in 3s. What you see is from \d\d:\d\d:\d\d./)
    expect(notice({ link: lost, lastDataAtMs: null })).toContain('Nothing was received yet.')
  })

  test('says that it is final when the server asked not to come back', () => {
    const link = { ...newLink, state: { type: 'disconnected', reason: 'bad token', code: 4001 } } as const
    expect(notice({ link })).toContain('Disconnected for good: reload to try again.')
  })
})

describe('service health', () => {
  const panel = (report: ReturnType<typeof health> | null, connected = true) =>
    render(<ServiceHealthPanel health={report} connected={connected} serverNowMs={nowMs} />)

  test('without a report every component is listed as unknown', () => {
    const { text, html } = panel(null)
    expect(text).toContain('unknown: no report yet')
    expect(text).toContain('whale tracker unknown no process has reported it')
    expect(html).not.toContain('data-status="healthy"')
  })

  test.each(['healthy', 'starting', 'degraded', 'unhealthy'] as const)(
    '%s is shown with since when',
    (each) => {
      const { html, text } = panel(health([component('trade_feed', { status: each })]))
      expect(html).toContain(`data-status="${each}"`)
      expect(text).toContain(`trade feed ${each} for 1m 30s`)
    },
  )

  test('a component that is down says why, and what one stops seeing', () => {
    const { text } = panel(
      health([component('trade_feed', { status: 'unhealthy', reason: 'no connection' })]),
    )
    expect(text).toContain('no connection You stop seeing: new trades and new whales.')
  })

  test('a silent one says so', () => {
    const { text } = panel(health([component('trade_feed', { reporting: false })]))
    expect(text).toContain('trade feed silent for 1m 30s ingest is silent')
  })

  test('an old report is not the present, nor is one from before the connection was lost', () => {
    expect(panel(health([], { timestamp_ms: nowMs - 16_000 })).text).toContain('unknown; healthy as of')
    expect(panel(health([]), false).text).toContain('unknown; healthy as of')
    expect(panel(health([], { status: 'unknown' }), false).text).not.toContain('as of')
  })
})

describe('the exchange feed', () => {
  const source = (state: FeedState['state'], reason = ''): FeedState => ({
    source: 'A',
    state,
    reason,
    since_ms: nowMs - 4_000,
  })
  const panel = (feed: Parameters<typeof ExchangeFeedPanel>[0]['feed'], connected = true) =>
    render(<ExchangeFeedPanel feed={feed} connected={connected} serverNowMs={nowMs} />).text

  test('unknown until a socket was reported, and then nothing is said about gaps', () => {
    expect(panel(emptyFeed)).toContain('Unknown: no socket to the exchange was reported.')
    expect(panel(emptyFeed)).not.toContain('nothing was missed')
    expect(panel(emptyFeed, false)).toContain('Unknown: not connected.')
  })

  test('quiet and cut off never read the same', () => {
    const quiet = panel({ sources: [source('silent', 'no trade since noon')], gaps: [] })
    const cut = panel({ sources: [source('reconnecting')], gaps: [] })
    expect(quiet).toContain('silent for 4s connected and alive, but no trade comes although trading is open')
    expect(quiet).toContain('(no trade since noon)')
    expect(cut).toContain('reconnecting for 4s cut off: what is traded now is missed until it is refilled')
  })

  test.each([
    { note: 'recovered', fields: {}, says: 'sequence #5–7 over 4s: 3 recovered, nothing missing' },
    { note: 'one number', fields: { to: 5 }, says: 'sequence #5 over' },
    { note: 'lost', fields: { missing: 1_200 }, says: '3 recovered, 1,200 missing for good' },
    {
      note: 'being refilled',
      fields: { missing: null },
      says: 'being refilled, missing count not known',
    },
    {
      note: 'still cut off',
      fields: { missing: null, until_ms: null, from: null, to: null, cause: 'redis_reset' },
      says: 'redis reset: 3 recovered, still cut off, missing count not known',
    },
  ] as const)('a gap states cause, extent, recovered and missing: $note', ({ fields, says }) => {
    expect(panel({ sources: [source('live')], gaps: [gap(fields)] })).toContain(says)
  })
})

describe('the connection', () => {
  test('shows who answers, the round trip, and what was counted', () => {
    const { text } = render(<ConnectionPanel link={connectedLink()} nowMs={nowMs} />)
    expect(text).toContain('broadcast-1 for 8s Frames/s 14 Round trip 4 ms Frames 120')
    expect(text).toContain('Duplicates 2 Reconnects 2')
  })

  test('nothing measured is a dash, not a zero', () => {
    const { text } = render(<ConnectionPanel link={newLink} nowMs={nowMs} />)
    expect(text).toContain('Connecting Frames/s – Round trip – Frames – Gaps –')
  })

  test('names what was missed', () => {
    const missed = [
      { channel: 'whales', epoch: 1, from: 4, to: 6, reason: 'sequence' },
      { channel: 'system', epoch: 2, from: 1, to: 0, reason: 'epoch_changed' },
    ]
    const { text } = render(<ConnectionPanel link={connectedLink({ missed })} nowMs={nowMs} />)
    expect(text).toContain('Missed on whales : entries 4 to 6 (sequence)')
    expect(text).toContain('Missed on system : the end of the log before the present one cannot be proved')
  })
})

describe('the vital figures', () => {
  const vitals = (report: ReturnType<typeof status> | null) =>
    render(<Vitals status={report} link={connectedLink({ tradeRates: [3.5] })} serverNowMs={nowMs} />)

  test('ages go on counting between two reports, and a sign of life 0 s old is not missing', () => {
    const { text } = vitals(status())
    expect(text).toContain('Exchange socket 2s ws.example')
    expect(text).toContain('Up 1m 42s')
    expect(text).toContain('Tape 3.5/s')
  })

  test('a figure that nobody knows is a dash', () => {
    const { text } = vitals(status({ trades_received: null, last_ping_age: null, api_connected: null }))
    expect(text).toContain('Trades – received')
    expect(text).toContain('Exchange API –')
    expect(vitals(null).text).toContain('no status yet')
  })

  test('a filling queue stands out', () => {
    expect(vitals(status({ queue_utilization: 0.86 })).html).toContain('data-tone="warn"')
  })
})
