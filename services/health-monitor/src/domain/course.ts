import type { MachineState } from '@whalecast/events'
import { criticalWork, inWords, works, type ComponentVerdict } from './verdicts.ts'

/** A step that the components ask for. */
export type Wanted = { readonly to: MachineState; readonly context: string }

const feedNames = ['exchange_socket', 'trade_feed']

type Course = (verdicts: readonly ComponentVerdict[], because: string) => Wanted | undefined

const courses: Readonly<Record<MachineState, Course>> = {
  startup: (_, because) => ({
    to: 'initializing',
    context: `${because}; waiting for the critical components`,
  }),
  initializing: (verdicts) =>
    criticalWork(verdicts)
      ? { to: 'orderbook_connect', context: 'the critical components work; waiting for the exchange feed' }
      : undefined,
  orderbook_connect: (verdicts) =>
    failure(verdicts) ??
    (feedWorks(verdicts) ? { to: 'ready', context: 'the exchange feed is live' } : undefined),
  trading_client_connect: failure,
  kalshi_data_sync: failure,
  ready: failure,
  acting: failure,
  error: (verdicts) => (criticalWork(verdicts) ? recovery(verdicts) : undefined),
  shutdown: () => undefined,
}

/**
 * Where the components want the machine to go from a state; undefined when it should stay. `because` says why
 * a start begins. The machine itself is none of the components, so nothing but they decide when error is left.
 */
export function wantedStep(
  state: MachineState,
  verdicts: readonly ComponentVerdict[],
  because: string,
): Wanted | undefined {
  return courses[state](verdicts, because)
}

/** What a state has been waiting for, for the words of its timeout. */
export function waitedFor(state: MachineState, verdicts: readonly ComponentVerdict[]): string {
  const missing = verdicts.filter(({ status }) => !works(status))
  if (state === 'orderbook_connect') {
    return `the exchange feed, degraded: ${inWords(missing.filter(isFeed))}`
  }
  return inWords(missing.filter(({ critical }) => critical)) || 'progress'
}

function failure(verdicts: readonly ComponentVerdict[]): Wanted | undefined {
  const down = verdicts.filter(({ critical, status }) => critical && status === 'unhealthy')
  return down.length > 0
    ? { to: 'error', context: `critical components are down: ${inWords(down)}` }
    : undefined
}

function recovery(verdicts: readonly ComponentVerdict[]): Wanted {
  const context = 'the critical components work again'
  return feedWorks(verdicts)
    ? { to: 'ready', context }
    : { to: 'orderbook_connect', context: `${context}; waiting for the exchange feed` }
}

function isFeed({ component }: ComponentVerdict): boolean {
  return feedNames.includes(component)
}

function feedWorks(verdicts: readonly ComponentVerdict[]): boolean {
  const feed = verdicts.filter(isFeed)
  return feed.length === feedNames.length && feed.every(({ status }) => works(status))
}
