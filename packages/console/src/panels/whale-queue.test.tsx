import { describe, expect, test } from '@jest/globals'
import { render } from '../testing/render.ts'
import { entry, nowMs, whaleQueue } from '../testing/samples.ts'
import { WhaleQueuePanel } from './whale-queue.tsx'

const panel = (queue: Parameters<typeof WhaleQueuePanel>[0]['whaleQueue']) =>
  render(<WhaleQueuePanel whaleQueue={queue} serverNowMs={nowMs} />)

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
      '1,500 seen 96.7% discarded window 5 minutes min $100 1/10 by payout',
    )
  })
})
