import { describe, expect, test } from '@jest/globals'
import { nothingFollowed, onDecision, onProcessing } from '../state/following.ts'
import { onWhaleQueue } from '../state/whale-rows.ts'
import { decision, follow, followedWhale } from '../testing/account-samples.ts'
import { render } from '../testing/render.ts'
import { entry, nowMs, whaleQueue } from '../testing/samples.ts'
import { WhaleQueuePanel } from './whale-queue.tsx'

type Props = Parameters<typeof WhaleQueuePanel>[0]

const panel = (queue: Props['whaleQueue'], following: Props['following'] = null) =>
  render(
    <WhaleQueuePanel
      whaleQueue={queue}
      rows={queue === null ? [] : onWhaleQueue([], queue, nowMs)}
      following={following}
      serverNowMs={nowMs}
    />,
  )

describe('the whale queue', () => {
  test('says unknown before the tracker has spoken', () => {
    expect(panel(null).text).toContain('Unknown: the whale tracker has not been heard yet.')
  })

  test('an empty queue says what it looked for', () => {
    const { text } = panel(whaleQueue([]))
    expect(text).toContain(
      'No print of $100 or more in the last 5 minutes, of 1,500 trades seen since the start.',
    )
    expect(panel(whaleQueue([], { trades_seen: 0 })).text).toContain('no trade was seen at all')
  })

  test('a row says rank, market, side, terms, and its age by the clock of the server', () => {
    const { text, html } = panel(whaleQueue([entry({ sub_title: 'Rain in NYC', is_block_trade: true })]))
    expect(text).toContain('$12,400 +$4,650')
    for (const part of [
      'Will it rain?',
      'Rain in NYC',
      'KXTEST-26 -A',
      'YES',
      '62.5¢',
      '12,400',
      '$7,750',
      '$12,400',
      '1m 05s',
      'block',
    ]) {
      expect(text).toContain(part)
    }
    expect(html).toContain('100% of the largest')
    expect(html).toContain('scope="row"')
  })

  test('sizes are relative to the largest', () => {
    const { html } = panel(whaleQueue([entry(), entry({ whale_id: 'w2', whale_size_dollars: 3_100 })]))
    expect(html).toContain('25% of the largest')
  })

  test('a row past the window stays, marked: the tracker may be down', () => {
    const old = entry({ timestamp_ms: nowMs - 301_000 })
    expect(panel(whaleQueue([old])).html).toContain('data-expired="true"')
    expect(panel(whaleQueue([entry()])).html).not.toContain('data-expired')
  })

  test('an unknown side is not guessed, and a market without a title shows its ticker', () => {
    const { html, text } = panel(whaleQueue([entry({ side: 'unknown', title: null })]))
    expect(html).toContain('title="side unknown"')
    expect(text).not.toMatch(/YES|NO /)
  })

  test('states what was seen and discarded, the window and the minimum', () => {
    expect(panel(whaleQueue([entry()])).text).toContain(
      '1,500 seen 50 whales 96.7% discarded min $100 in 5 minutes 1/10 by payout',
    )
  })
})

describe('whales that are followed', () => {
  const judging = { atMs: nowMs, ageMs: 0 }
  const following = { ...nothingFollowed, follow: follow({ followed: 3 }) }
  const processing = { whale_id: 'w1', status: 'processing', action: null, timestamp_ms: nowMs } as const

  test('without a strategy that acts there is no status at all', () => {
    const { text, html } = panel(whaleQueue([entry()]))
    expect(text).not.toMatch(/Status|QUEUED|followed/)
    expect(html).not.toContain('whale-status')
  })

  test.each([
    { status: 'queued', known: following, says: 'QUEUED' },
    { status: 'processing', known: onProcessing(following, processing, judging), says: 'PROCESSING' },
    {
      status: 'processed',
      known: onDecision(following, decision({ action: 'skipped_position' })),
      says: 'PROCESSED has position',
    },
    {
      status: 'processed',
      known: onDecision(following, decision({ action: 'failed' })),
      says: 'PROCESSED failed',
    },
    { status: 'followed', known: onDecision(following, decision()), says: 'FOLLOWED' },
    {
      status: 'followed',
      known: { ...following, follow: follow({}, { followed_whales: [followedWhale()] }) },
      says: 'FOLLOWED',
    },
  ])('$status is a row of its own kind', ({ status, known, says }) => {
    const { text, html } = panel(whaleQueue([entry()]), known)
    expect(html).toContain(`<tr data-side="yes" data-phase="queued" data-status="${status}">`)
    expect(text).toContain(`Age 1 ${says}`)
  })

  test('what left is read out as such and has no rank', () => {
    const queue = whaleQueue([entry({ whale_id: 'w2', whale_size_dollars: 1 })])
    const rows = onWhaleQueue(onWhaleQueue([], whaleQueue([entry()]), nowMs), queue, nowMs + 100)
    const { html, text } = render(
      <WhaleQueuePanel whaleQueue={queue} rows={rows} following={following} serverNowMs={nowMs} />,
    )
    expect(html).toContain('data-phase="held" data-status="left"')
    expect(text).toMatch(/left the queue LEFT .* 1 QUEUED/)
  })

  test('the head counts those followed', () => {
    expect(panel(whaleQueue([entry()]), following).text).toContain('50 whales 3 followed')
  })
})
