import type { ClientState, ClientStats, ServerFrame } from '@whalecast/client'
import { onActivities, type ActivityLine } from './activity-log.ts'
import { deadlinesDueAtMs } from './deadlines.ts'
import { emptyFeed, onFeedGap, onFeedState, type Feed } from './feed.ts'
import { nothingFollowed, onDecision, onProcessing, settleFollowing, type Following } from './following.ts'
import type { Health, Trade, TraderStatus, Whale, WhaleQueue } from './frames.ts'
import { newLink, onLinkState, onMissed, onSample, type Link } from './link.ts'
import {
  onWord,
  unknownMachine,
  wordOfActivity,
  wordOfHealth,
  wordOfStatus,
  type Machine,
} from './machine.ts'
import { mergeNewest } from './newest.ts'
import { emptyTape, onTapePaused, onTrades, type Tape } from './tape.ts'
import {
  noToasts,
  onToastActivity,
  onToastDismissed,
  onToastsHeld,
  settleToasts,
  toastsDueAtMs,
  type Toasts,
} from './toasts.ts'
import { noTrading, onTradingState, settleTrading, type Trading } from './trading.ts'
import { onWhaleQueue, rowsDueAtMs, settleRows, type WhaleRow } from './whale-rows.ts'

/** Everything the page shows. What was never received is null or empty, and the panels say so. */
export type Screen = {
  readonly link: Link
  /** This machine's clock at the last tick; every age on the page is counted from it. */
  readonly nowMs: number
  /** When the last frame with news came, by this machine's clock; null before the first. */
  readonly lastDataAtMs: number | null
  readonly machine: Machine
  readonly health: Health | null
  readonly status: TraderStatus | null
  readonly whaleQueue: WhaleQueue | null
  /** The queue as it is shown: who leaves it does so slowly enough to be read. */
  readonly whaleRows: readonly WhaleRow[]
  /** Newest first. */
  readonly whales: readonly Whale[]
  readonly tape: Tape
  readonly activities: readonly ActivityLine[]
  readonly feed: Feed
  readonly following: Following
  readonly trading: Trading
  readonly toasts: Toasts
}

export const emptyScreen: Screen = {
  link: newLink,
  nowMs: 0,
  lastDataAtMs: null,
  machine: unknownMachine,
  health: null,
  status: null,
  whaleQueue: null,
  whaleRows: [],
  whales: [],
  tape: emptyTape,
  activities: [],
  feed: emptyFeed,
  following: nothingFollowed,
  trading: noTrading,
  toasts: noToasts,
}

/** What can happen to the page. */
export type Input =
  | { readonly type: 'frame'; readonly frame: ServerFrame; readonly atMs: number }
  | { readonly type: 'link'; readonly state: ClientState }
  | { readonly type: 'sample'; readonly stats: ClientStats; readonly atMs: number }
  /** Something shown for a limited time may be over. */
  | { readonly type: 'due'; readonly atMs: number }
  | { readonly type: 'tape_paused'; readonly paused: boolean }
  | { readonly type: 'toast_dismissed'; readonly activityId: string }
  | { readonly type: 'toasts_held'; readonly held: boolean; readonly atMs: number }

const whaleRule = {
  id: (whale: Whale) => whale.whale_id,
  at: (whale: Whale) => whale.detected_at_ms,
  max: 100,
}

/** The screen after a batch of inputs, in their order. Prints in a row are taken together: that is what keeps 500 a second cheap. */
export function reduce(screen: Screen, inputs: readonly Input[]): Screen {
  let next = screen
  let prints: Trade[] = []
  const flushPrints = () => {
    if (prints.length > 0) next = { ...next, tape: onTrades(next.tape, prints) }
    prints = []
  }
  for (const input of inputs) {
    if (input.type === 'frame' && input.frame.type === 'trade') {
      prints.push(input.frame.data)
      next = heard(next, input.atMs)
    } else {
      flushPrints()
      next = step(next, input)
    }
  }
  flushPrints()
  return next
}

function step(screen: Screen, input: Input): Screen {
  switch (input.type) {
    case 'frame':
      return onFrame(screen, input.frame, input.atMs)
    case 'link':
      return { ...screen, link: onLinkState(screen.link, input.state) }
    case 'tape_paused':
      return { ...screen, tape: onTapePaused(screen.tape, input.paused) }
    case 'toast_dismissed':
      return { ...screen, toasts: onToastDismissed(screen.toasts, input.activityId) }
    case 'toasts_held':
      return { ...screen, toasts: onToastsHeld(screen.toasts, input.held, input.atMs) }
    case 'due':
      return settle(screen, input.atMs)
    case 'sample':
      break
  }
  const { stats, atMs } = input
  const link = onSample(screen.link, { stats, trades: screen.tape.total, atMs })
  return { ...settle(screen, atMs), link, nowMs: atMs }
}

/** Ends what was shown for a limited time and is over. */
function settle(screen: Screen, atMs: number): Screen {
  return {
    ...screen,
    whaleRows: settleRows(screen.whaleRows, atMs),
    following: settleFollowing(screen.following, atMs),
    trading: settleTrading(screen.trading, atMs),
    toasts: settleToasts(screen.toasts, atMs),
  }
}

/** When the screen looks different by itself next, by this machine's clock; Infinity: never. */
export function dueAtMs({ whaleRows, following, trading, toasts }: Screen): number {
  return Math.min(
    rowsDueAtMs(whaleRows),
    deadlinesDueAtMs(following.processing),
    deadlinesDueAtMs(trading.glows),
    toastsDueAtMs(toasts),
  )
}

function onFrame(screen: Screen, frame: ServerFrame, atMs: number): Screen {
  switch (frame.type) {
    case 'whale_queue':
      return {
        ...heard(screen, atMs),
        whaleQueue: frame.data,
        whaleRows: onWhaleQueue(screen.whaleRows, frame.data, atMs),
      }
    case 'whale':
      return { ...heard(screen, atMs), whales: mergeNewest(screen.whales, [frame.data], whaleRule) }
    case 'trade':
      return { ...heard(screen, atMs), tape: onTrades(screen.tape, [frame.data]) }
    case 'system_activity': {
      const activities = onActivities(screen.activities, [frame.data], false)
      // Told twice, it does not come up again.
      const isNews = activities !== screen.activities
      const when = whenTold(screen, frame.data, atMs)
      return {
        ...heard(screen, atMs),
        activities,
        machine: onWord(screen.machine, wordOfActivity(frame.data)),
        toasts: isNews ? onToastActivity(screen.toasts, frame.data, when) : screen.toasts,
      }
    }
    case 'history_replay': {
      const { transitions } = frame.data
      return {
        ...heard(screen, atMs),
        activities: onActivities(screen.activities, transitions, true),
        machine: transitions.reduce((machine, each) => onWord(machine, wordOfActivity(each)), screen.machine),
      }
    }
    case 'trader_status':
      return {
        ...heard(screen, atMs),
        status: frame.data,
        machine: onWord(screen.machine, wordOfStatus(frame.data)),
      }
    case 'health':
      return {
        ...heard(screen, atMs),
        health: frame.data,
        machine: onWord(screen.machine, wordOfHealth(frame.data)),
      }
    case 'feed_gap':
      return { ...heard(screen, atMs), feed: onFeedGap(screen.feed, frame.data) }
    case 'feed_state':
      return { ...heard(screen, atMs), feed: onFeedState(screen.feed, frame.data) }
    case 'decision':
      return { ...heard(screen, atMs), following: onDecision(screen.following, frame.data) }
    case 'whale_processing': {
      const when = whenTold(screen, frame.data, atMs)
      return { ...heard(screen, atMs), following: onProcessing(screen.following, frame.data, when) }
    }
    case 'follow':
      return { ...heard(screen, atMs), following: { ...screen.following, follow: frame.data } }
    case 'trading_state':
      return { ...heard(screen, atMs), trading: onTradingState(screen.trading, frame.data, atMs) }
    case 'gap':
      return { ...screen, link: onMissed(screen.link, frame.data) }
    case 'connection':
    case 'subscribed':
    case 'authenticated':
    // The client puts the changes together itself and hands out the whole.
    case 'trading_state_delta':
    case 'book':
    case 'book_delta':
    case 'ticker':
    case 'error':
    case 'goaway':
    case 'ping':
    case 'pong':
      break
  }
  return screen
}

/** The server's clock now: its times and ours do not mix. */
export const serverNowMs = (screen: Pick<Screen, 'nowMs' | 'link'>): number =>
  screen.nowMs - screen.link.clockAheadMs

/** Pings and protocol frames keep a connection alive; they are no news. */
const heard = (screen: Screen, atMs: number): Screen => ({ ...screen, lastDataAtMs: atMs })

/** How old the telling is as it comes, by the server's clock. */
const whenTold = (screen: Screen, { timestamp_ms }: { readonly timestamp_ms: number }, atMs: number) => ({
  atMs,
  ageMs: atMs - screen.link.clockAheadMs - timestamp_ms,
})
