import { describe, expect, test } from '@jest/globals'
import { decisionActions } from '../parts/decision-badge.tsx'
import { nothingFollowed, onDecision, type Following } from '../state/following.ts'
import { noToasts, onToastActivity } from '../state/toasts.ts'
import { decision, follow } from '../testing/account-samples.ts'
import { render } from '../testing/render.ts'
import { activity, nowMs } from '../testing/samples.ts'
import { DecisionsPanel } from './decisions.tsx'
import { ToastStack } from './toasts.tsx'

const panel = (following: Partial<Following>, connected = true) =>
  render(
    <DecisionsPanel
      following={{ ...nothingFollowed, ...following }}
      connected={connected}
      serverNowMs={nowMs}
    />,
  )

describe('the decision audit', () => {
  test('the counts reconcile, and the rate follows from them', () => {
    const { text } = panel({ follow: follow({ followed: 12, skipped_age: 31, rate_limited: 5, failed: 2 }) })
    expect(text).toContain(
      'Judged 50 Followed 12 Skipped 36 Failed 2 Rate 24.0% Tokens, 1 in 20 s 1/3 Trades today 1, −$1.50',
    )
    expect(text).not.toContain('Unaccounted')
    expect(text).toContain('Followed 12 Failed 2 Too old 31 Rate limited 5')
  })

  test('counts that do not reconcile are not hidden', () => {
    const broken = follow({ followed: 1 })
    const { text } = panel({ follow: { ...broken, stats: { ...broken.stats, whales_detected: 4 } } })
    expect(text).toContain('Unaccounted 3')
  })

  test('nothing judged has no rate', () => {
    expect(panel({ follow: follow() }).text).toContain('Rate –')
  })

  test.each(decisionActions)('%s has a label, a filter and its reason', (action) => {
    const { html, text } = panel({
      ...onDecision({ ...nothingFollowed, follow: follow({ [action]: 1 }) }, decision({ action })),
    })
    expect(html).toContain(`class="verdict" data-action="${action}"`)
    expect(html).toMatch(new RegExp(`class="chip" data-action="${action}" aria-pressed="false"`))
    expect(text).toContain('Will it rain? YES $12,400 3s bought 5 YES at 51¢')
    expect(html).toContain('title="bought 5 YES at 51¢ (judged at an age of 2s)"')
  })

  test('every verdict reads differently', () => {
    const labels = decisionActions.map(
      (action) => panel(onDecision(nothingFollowed, decision({ action }))).text,
    )
    expect(new Set(labels).size).toBe(decisionActions.length)
  })

  test('says whether whales are judged now, and if not, why', () => {
    expect(panel({ follow: follow() }).text).toContain('whale follower, active')
    const waiting = follow({}, { active: false, reason: 'the account is 40 s old' })
    expect(panel({ follow: waiting }).text).toContain('not active : the account is 40 s old')
    expect(panel({ follow: waiting }).text).toContain('No whale is judged now: the account is 40 s old.')
  })

  test.each([
    { note: 'unheard of', props: {}, connected: true, says: 'Unknown: nobody has said yet' },
    { note: 'cut off', props: {}, connected: false, says: 'Unknown: not connected.' },
    {
      note: 'hold',
      props: { follow: follow({}, { strategy: 'hold', active: false }) },
      connected: true,
      says: 'The strategy is hold: no whale is judged, no order is sent.',
    },
    { note: 'none yet', props: { follow: follow() }, connected: true, says: 'No whale was judged yet.' },
  ])('empty, it says why: $note', ({ props, connected, says }) => {
    expect(panel(props, connected).text).toContain(says)
  })
})

test('a toast is polite, says what happened and can be sent away', () => {
  const fill = activity({
    activity_type: 'order_fill',
    message: 'bought 5 YES',
    metadata: { total_cents: 255 },
  })
  const toasts = onToastActivity(noToasts, fill, { atMs: nowMs, ageMs: 0 })
  const stack = (shown: typeof toasts) =>
    render(<ToastStack toasts={shown} onDismiss={() => undefined} onHeld={() => undefined} />)
  const { html, text } = stack(toasts)
  expect(html).toContain('aria-live="polite"')
  expect(html).toContain('aria-label="Dismiss"')
  expect(text).toMatch(/^Filled \d\d:\d\d:\d\d × bought 5 YES total \$2.55$/)
  // The region is there before the first toast, or screen readers would miss it.
  expect(stack(noToasts).html).toContain('aria-live="polite"')
})
