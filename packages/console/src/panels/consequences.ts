type Consequence = { readonly critical: boolean; readonly lost: string; readonly optional?: true }

/**
 * What a reader of this page stops seeing while a component is down. The list is also what the page expects to
 * be reported: a component of it that nobody reports is shown as unknown, unless it is one that need not run.
 */
const consequences: Readonly<Record<string, Consequence>> = {
  redis: { critical: true, lost: 'everything live, since all of it passes through Redis' },
  ws_broadcast: { critical: true, lost: 'this page’s live data, as every other client does' },
  health_monitor: { critical: true, lost: 'changes of health and system state' },
  exchange_socket: { critical: false, lost: 'new trades, until the gap is refilled' },
  trade_feed: { critical: false, lost: 'new trades and new whales' },
  market_directory: { critical: false, lost: 'titles of markets that were not seen before' },
  order_books: { critical: false, lost: 'order books, and what positions are worth now' },
  account_sync: { critical: false, lost: 'changes of the account: balance, positions, orders' },
  whale_tracker: { critical: false, lost: 'changes of the whale queue and new whale events' },
  follower: { critical: false, lost: 'new decisions: no whale is judged, and none is followed' },
  executor: {
    critical: false,
    optional: true,
    lost: 'orders and their fills: whales are judged, and none is followed; a paper account stays as it was',
  },
  status_reporter: { critical: false, lost: 'changes of the figures at the top, and of the account' },
}

export const expectedComponents: readonly { readonly component: string; readonly critical: boolean }[] =
  Object.entries(consequences)
    .filter(([, { optional }]) => optional !== true)
    .map(([component, { critical }]) => ({ component, critical }))

/** In words that follow "You stop seeing:". */
export function consequenceOf(component: string): string {
  return consequences[component]?.lost ?? 'something this page does not know of'
}
