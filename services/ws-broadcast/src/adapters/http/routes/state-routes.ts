import {
  activityListSchema,
  clientListSchema,
  decisionListSchema,
  healthSchema,
  httpParameters,
  recentTradesSchema,
  traderStatusSchema,
  tradingStateSchema,
  whaleListSchema,
  whaleQueueSchema,
} from '@whalecast/events'
import type { Replica } from '../../../domain/channels/audience.ts'
import type { Board } from '../../../domain/channels/board.ts'
import type { ClientRecord } from '../../../domain/conversation/client.ts'
import { isOfTheAccount } from '../../../domain/channels/feeds.ts'
import { isAtLeast, select } from '../../../domain/query.ts'
import type { ToldFeeds } from '../../../domain/channels/told-feeds.ts'
import type { TapeFeed } from '../../feeds/tape-feed.ts'
import { Failure, route, type Route } from './route.ts'

export type StateRoutesOptions = {
  readonly board: Board
  readonly tape: Pick<TapeFeed, 'recent'>
  readonly clients: () => readonly (ClientRecord & ToldFeeds)[]
  /** Undefined while the bus is away. */
  readonly replicas: () => Promise<readonly Replica[] | undefined>
}

const defaultLimit = 50
const { limit, before, ticker, min_severity } = httpParameters
const notYet = { 503: { codes: ['unknown'], when: 'nothing is known yet' } }

/** What this replica knows by itself: newest values, logs, prints, clients. */
export function stateRoutes(options: StateRoutesOptions): readonly Route[] {
  return [...newestValues(options), ...logs(options), ...others(options)]
}

function newestValues({ board }: StateRoutesOptions): readonly Route[] {
  const newest = <T>(channel: string, schema: { parse(value: unknown): T }) => {
    const value = board.latest(channel)
    if (value === undefined) throw new Failure(503, 'unknown', 'nothing is known yet')
    return schema.parse(value)
  }
  const about = { method: 'get', failures: notYet } as const
  return [
    route(
      {
        ...about,
        path: '/v1/status',
        id: 'status',
        summary: 'How the system fares.',
        answer: traderStatusSchema,
      },
      () => newest('status', traderStatusSchema),
    ),
    route(
      {
        ...about,
        path: '/v1/health',
        id: 'health',
        summary: 'The health of every component.',
        answer: healthSchema,
      },
      () => newest('health', healthSchema),
    ),
    route(
      {
        ...about,
        path: '/v1/whale-queue',
        id: 'whaleQueue',
        summary: 'The largest prints inside the window, largest first.',
        answer: whaleQueueSchema,
      },
      () => newest('whale_queue', whaleQueueSchema),
    ),
    route(
      {
        ...about,
        path: '/v1/trading-state',
        id: 'tradingState',
        summary: 'Balance, positions and orders of the account.',
        scope: 'account',
        answer: tradingStateSchema,
      },
      () => newest('trading_state', tradingStateSchema),
    ),
  ]
}

function logs({ board }: StateRoutesOptions): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/v1/whales',
        id: 'whales',
        summary: 'Whales, newest first.',
        query: { limit, before, ticker, min_severity },
        answer: whaleListSchema,
      },
      ({ query }) => {
        const least = query.min_severity
        const whales = select(board.newest('whales'), {
          ...query,
          limit: query.limit ?? defaultLimit,
          atMs: ({ detected_at_ms }) => detected_at_ms,
          keeps: (whale) => least === undefined || isAtLeast(whale.severity, least),
        })
        return { whales: [...whales] }
      },
    ),
    route(
      {
        method: 'get',
        path: '/v1/decisions',
        id: 'decisions',
        summary: 'Decisions about whales, newest first.',
        scope: 'account',
        query: { limit, before, ticker },
        answer: decisionListSchema,
      },
      ({ query }) => {
        const decisions = select(board.newest('decisions'), {
          ...query,
          limit: query.limit ?? defaultLimit,
          atMs: ({ timestamp_ms }) => timestamp_ms,
        })
        return { decisions: [...decisions] }
      },
    ),
    route(
      {
        method: 'get',
        path: '/v1/activity',
        id: 'activity',
        summary: 'What happened, newest first; without the scope `account`, nothing of the account.',
        query: { limit },
        answer: activityListSchema,
      },
      ({ query, caller }) => {
        const all = caller.scopes.includes('account')
        const readable = board
          .newest('system')
          .filter(({ activity_type }) => all || !isOfTheAccount(activity_type))
        return { activities: readable.slice(0, query.limit ?? defaultLimit) }
      },
    ),
  ]
}

function others({ tape, clients, replicas }: StateRoutesOptions): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/v1/trades',
        id: 'trades',
        summary: 'Prints since `since_ms`, newest first: they are remembered from the first question on.',
        query: { limit, ticker },
        answer: recentTradesSchema,
      },
      ({ query }) => {
        const { since_ms, trades } = tape.recent(query.limit ?? defaultLimit, query.ticker)
        return { since_ms, trades: [...trades] }
      },
    ),
    route(
      {
        method: 'get',
        path: '/v1/clients',
        id: 'clients',
        summary: 'Who is connected to this replica, and how each fares; and how many to each replica.',
        scope: 'admin',
        answer: clientListSchema,
      },
      async () => {
        const all = await replicas()
        return {
          clients: clients().map(({ scopes, ...record }) => ({ ...record, scopes: [...scopes] })),
          replicas: all ? [...all] : null,
        }
      },
    ),
  ]
}
