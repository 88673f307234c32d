import { describe, expect, test } from '@jest/globals'
import { noDeadlines } from '../state/deadlines.ts'
import type { TradingState } from '../state/frames.ts'
import { account, follow, followedWhale, position } from '../testing/account-samples.ts'
import { render } from '../testing/render.ts'
import { nowMs } from '../testing/samples.ts'
import { AccountStrip } from './account.tsx'
import { OurTradesPanel } from './our-trades.tsx'
import { PositionsPanel } from './positions.tsx'

const at = { connected: true, serverNowMs: nowMs }
const pnl = {
  session_start_ms: nowMs - 7_200_000,
  starting_equity: 100_000,
  current_equity: 101_500,
  transfers: 0,
  session_pnl: 1_500,
  session_pnl_percent: 1.5,
  invested_amount: 1_530,
  realized_pnl: 1_425,
  unrealized_pnl: 75,
}

describe('the account strip', () => {
  const strip = (fields: Partial<TradingState> | null, connected = true) =>
    render(<AccountStrip account={fields && account(fields)} trouble={null} {...at} connected={connected} />)

  test('shows cash, what is in positions, and both together', () => {
    const { text } = strip({})
    expect(text).toContain('Cash $987.45 In positions $16.20 Total value $1,003.65')
    expect(text).toContain('Positions 1 Orders 2 Last change 2s ago')
  })

  test('before the baseline there is no profit, not a zero', () => {
    expect(strip({}).text).toContain('Session P&L – no baseline yet')
  })

  test('profit has its sign, its percentage, its parts and its beginning', () => {
    const { text, html } = strip({ pnl })
    expect(text).toMatch(
      /Session P&L since \d\d:\d\d:\d\d \+\$15.00 \+1.50% \+\$14.25 realised after fees, \+\$0.75 open/,
    )
    expect(html).toContain('class="gain" data-direction="up"')
    const loss = strip({
      pnl: { ...pnl, session_pnl: -1_500, session_pnl_percent: -1.5, unrealized_pnl: null },
    })
    expect(loss.text).toContain('−$15.00 −1.50% +$14.25 realised after fees, – open')
    expect(loss.html).toContain('data-direction="down"')
  })

  test('a deposit is told apart from profit', () => {
    expect(strip({ pnl }).text).not.toContain('transferred')
    expect(strip({ pnl: { ...pnl, transfers: 5_000 } }).text).toContain('$50.00 transferred')
  })

  test('arrows point where the newest sync went, and nowhere when nothing changed', () => {
    expect(strip({}).html).not.toContain('class="arrow"')
    const { text } = strip({ changes: { balance: -255, portfolio_value: 270, positions: 0, orders: 1 } })
    expect(text).toContain('$987.45 ▼ down by $2.55')
    expect(text).toContain('$16.20 ▲ up by $2.70')
    expect(text).toContain('Positions 1 Orders 2 ▲ up by 1')
  })

  test('an order group is shown with its state', () => {
    expect(strip({}).text).not.toContain('Order group')
    const order_group = { id: '0a1b2c3d4e5f', status: 'active', order_count: 1, order_ids: ['9f00aa11-2233'] }
    const { text, html } = strip({ order_group })
    expect(text).toContain('Order group 0a1b2c3d active 1 order Last change')
    expect(html).toContain('0a1b2c3d4e5f: 9f00aa11')
  })

  test.each([
    { note: 'live', listener: { mode: 'live', connected: true }, connected: true, says: 'Live' },
    { note: 'polling', listener: { mode: 'polling', connected: false }, connected: true, says: 'Polling' },
    {
      note: 'live, but cut off',
      listener: { mode: 'live', connected: false },
      connected: true,
      says: 'Polling',
    },
    {
      note: 'the page cut off',
      listener: { mode: 'live', connected: true },
      connected: false,
      says: 'unknown',
    },
  ] as const)('the badge follows the position listener: $note', ({ listener, connected, says }) => {
    const { text } = strip({ position_listener: { ...account().position_listener, ...listener } }, connected)
    expect(text).toContain(`Account paper ${says}`)
  })

  test('is not live while whoever keeps it is not well', () => {
    const { text, html } = render(
      <AccountStrip account={account()} trouble="executor is unhealthy" {...at} />,
    )
    expect(text).toContain('Account paper unknown')
    expect(text).toContain('Last change 2s ago executor is unhealthy')
    expect(html).toContain('title="executor is unhealthy"')
  })

  test('without an account it says so', () => {
    expect(strip(null).text).toBe('Account unknown: nobody has reported one yet.')
    expect(strip(null, false).text).toBe('Account unknown: not connected.')
  })
})

describe('positions', () => {
  const panel = (...positions: TradingState['positions_details']) =>
    render(
      <PositionsPanel
        trading={{ state: account({ positions_details: positions }), glows: noDeadlines }}
        trouble={null}
        {...at}
      />,
    )

  test('a row says side, quantity, cost, value, quote, open and realised gain, and when the market closes', () => {
    expect(panel(position()).text).toContain(
      'Will it rain? KXTEST-26 -A YES 5 $2.55 $2.70 54¢ / 56¢ +$0.15 +5.88% −$1.20 1h 00m',
    )
  })

  test('what nobody can mark is not worth zero', () => {
    const { text } = panel(
      position({
        price_source: 'none',
        market_value: null,
        unrealized_pnl: null,
        market_bid: null,
        market_ask: null,
      }),
    )
    expect(text).toContain('$2.55 no live book – −$1.20')
  })

  test('a NO position is shown by its size', () => {
    expect(panel(position({ position: -5, side: 'no' })).text).toContain('NO 5 $2.55')
  })

  test('a closed market is settling; an unknown close is unknown', () => {
    expect(panel(position({ market_close_ms: nowMs })).text).toContain('settling')
    expect(panel(position({ market_close_ms: null })).text).toContain('unknown')
  })

  test('a change of this session has a dot, one of this moment a glow', () => {
    expect(panel(position()).html).not.toMatch(/data-glow|changed this session"/)
    const trading = {
      state: account({
        positions_details: [position({ session_updated: true })],
        session_updates: { updated_tickers: ['KXTEST-26-A'], count: 1 },
      }),
      glows: new Map([['KXTEST-26-A', nowMs + 1]]),
    }
    const { html, text } = render(<PositionsPanel trading={trading} trouble={null} {...at} />)
    expect(html).toContain('data-glow="true"')
    expect(html).toContain('aria-label="changed this session"')
    expect(text).toContain('1 changed this session Live')
  })

  test('empty, it tells none from unknown', () => {
    const text = (props: Partial<Parameters<typeof PositionsPanel>[0]>) => {
      const none = { state: account(), glows: noDeadlines }
      return render(<PositionsPanel trading={none} trouble={null} {...at} {...props} />).text
    }
    expect(text({})).toContain('No open position.')
    expect(text({ trouble: 'executor is silent' })).toMatch(/No open position when .*, at \d\d:\d\d:\d\d\./)
    const trading = { state: null, glows: noDeadlines }
    expect(text({ trading })).toContain('Unknown: no account was reported')
    expect(text({ trading, connected: false })).toContain('Unknown: not connected.')
  })
})

describe('followed trades', () => {
  const panel = (props: Partial<Parameters<typeof OurTradesPanel>[0]>) =>
    render(<OurTradesPanel account={account()} follow={follow()} {...at} {...props} />).text

  test('a followed whale says what was bought, what it pays and when', () => {
    expect(panel({ follow: follow({}, { followed_whales: [followedWhale()] }) })).toContain(
      'Followed 1 YES Will it rain? 40s ago 5 at 51¢, $2.55, pays $5.00 $2.45 to win',
    )
  })

  test.each([
    { note: 'in part', filled_count: 2, says: '2 of 5 at once at 51¢' },
    { note: 'not at all', filled_count: 0, says: '0 of 5 at once at 51¢' },
    { note: 'nobody knows how much', filled_count: null, says: '5 at 51¢' },
  ])('what was ordered is not taken for bought: $note', ({ filled_count, says }) => {
    expect(panel({ follow: follow({}, { followed_whales: [followedWhale({ filled_count })] }) })).toContain(
      `40s ago ${says}, $2.55`,
    )
  })

  test('orders, fills and settlements have their terms', () => {
    const text = panel({
      account: account({
        order_list: [
          {
            order_id: '9f00aa11-2233',
            ticker: 'B-1',
            side: 'no',
            action: 'buy',
            price: 38,
            count: 5,
            status: 'resting',
            created_ms: nowMs - 30_000,
          },
        ],
        fills: [
          {
            fill_id: 'f',
            ticker: 'C-1',
            side: 'yes',
            action: 'sell',
            price: 51,
            count: 2,
            fee: 4,
            filled_ms: nowMs,
          },
        ],
        settlements: [
          {
            ticker: 'D-1',
            market_result: 'no',
            total_cost: 210,
            revenue: 0,
            fees: 8,
            net_pnl: -218,
            settled_ms: nowMs,
          },
        ],
      }),
    })
    expect(text).toContain('Resting orders 1 NO B -1 30s ago buy 5 at 38¢ resting 9f00aa11')
    expect(text).toMatch(/Fills 1 YES C -1 \d\d:\d\d:\d\d sell 2 at 51¢ fee \$0.04/)
    expect(text).toMatch(/Settlements 1 end D -1 \d\d:\d\d:\d\d came out NO −\$2.18/)
  })

  test.each([
    {
      note: 'hold',
      props: { follow: follow({}, { strategy: 'hold', active: false }) },
      says: 'The strategy is hold',
    },
    { note: 'nothing yet', props: {}, says: 'No whale was followed yet (whale follower)' },
    { note: 'halted', props: { follow: follow({}, { reason: 'daily loss' }) }, says: 'yet (daily loss)' },
    { note: 'unheard of', props: { follow: null }, says: 'Whether whales are followed is unknown' },
    { note: 'no account', props: { account: null }, says: 'the account is unknown' },
    {
      note: 'cut off',
      props: { account: null, follow: null, connected: false },
      says: 'Unknown: not connected.',
    },
  ])('empty, it says why: $note', ({ props, says }) => {
    expect(panel(props)).toContain(says)
  })
})
