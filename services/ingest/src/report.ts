import { components } from '@whalecast/events'
import type { ServiceContext } from '@whalecast/runtime'
import type { Config } from './config.ts'
import type { Counters } from './counters.ts'
import { judgeAccount, judgeBooks } from './domain/desk-health.ts'
import { judgeDirectory, judgeSocket, judgeTrades, type Judgement } from './domain/health.ts'
import type { IngestRecord } from './record.ts'

/** Puts the components and facts of ingest on the process's boards. A standby has nothing to be judged by. */
export function reportIngest(
  { health, facts, metrics }: Pick<ServiceContext, 'health' | 'facts' | 'metrics'>,
  record: IngestRecord,
  counters: Counters,
  { exchange }: Pick<Config, 'exchange'>,
): void {
  const leads = (judgement: Judgement): Judgement =>
    record.role === 'leader' ? judgement : { status: 'healthy' }
  health.add('exchange_socket', components.exchange_socket, (nowMs) => ({
    ...leads(judgeSocket(record.feed, nowMs)),
    details: { role: record.role, ...frameDetails(counters) },
  }))
  health.add('trade_feed', components.trade_feed, (nowMs) => ({
    ...leads(judgeTrades(record.feed, record.readings.gapWaitingSinceMs(), nowMs)),
    details: {
      role: record.role,
      last_trade_at_ms: record.feed.lastTradeAtMs,
      paused: record.feed.pausedAtMs !== null,
      queue_utilization: round(record.readings.queueUtilization()),
    },
  }))
  health.add('market_directory', components.market_directory, (nowMs) => ({
    ...leads(judgeDirectory(record.directory, nowMs)),
    details: {
      role: record.role,
      markets: record.readings.marketsKnown(),
      pending: record.readings.lookupsPending(),
      preloaded: record.directory.preloaded,
    },
  }))

  health.add('order_books', components.order_books, (nowMs) => ({
    ...leads(judgeBooks(record.readings.booksStanding(), nowMs)),
    details: { role: record.role, ...bookDetails(record) },
  }))
  health.add('account_sync', components.account_sync, (nowMs) => ({
    ...leads(judgeAccount(record.account, nowMs)),
    details: {
      role: record.role,
      access: record.account.access,
      mode: record.account.listening ? 'live' : 'polling',
      synced_at_ms: record.account.syncedAtMs,
    },
  }))

  facts.add('role', () => record.role)
  facts.add('trades_received', () => record.tradesReceived)
  facts.add('trades_per_second', () => record.rate.perSecond(Date.now()))
  facts.add('queue_utilization', () => round(record.readings.queueUtilization()))
  facts.add('markets_connected', () => record.readings.booksReceived().markets)
  facts.add('snapshots_received', () => record.readings.booksReceived().snapshots)
  facts.add('deltas_received', () => record.readings.booksReceived().deltas)
  facts.add('frames_read', () => framesRead(counters))
  facts.add('last_frame_at_ms', () => record.feed.lastActivityAtMs)
  facts.add('connection_established_ms', () => record.feed.openedAtMs)
  facts.add('first_trade_received_ms', () => record.firstTradeReceivedMs)
  facts.add(
    'api_connected',
    () => record.directory.lastAnswerAtMs !== null && record.directory.lastError === '',
  )
  facts.add('api_url', () => exchange.apiUrl)
  facts.add('ws_url', () => exchange.wsUrl)

  metrics.gauge(
    'ingest_paused',
    'whether reading has stopped because the trades queue is full',
    [],
    (gauge) => gauge.set(record.feed.pausedAtMs === null ? 0 : 1),
  )
  metrics.gauge('ingest_books', 'order books by whether they are current', ['state'], (gauge) => {
    const { followed, live } = record.readings.booksStanding()
    gauge.set({ state: 'live' }, live)
    gauge.set({ state: 'not_live' }, followed - live)
  })
  metrics.gauge('ingest_markets_known', 'markets in the directory', [], (gauge) =>
    gauge.set(record.readings.marketsKnown()),
  )
  metrics.gauge('ingest_market_lookups_pending', 'tickers that wait for their look-up', [], (gauge) =>
    gauge.set(record.readings.lookupsPending()),
  )
}

function bookDetails({ readings }: IngestRecord) {
  const { followed, live } = readings.booksStanding()
  return { followed, live }
}

/** The frames by what became of them: `frames_<type>_<outcome>`; their sum is `frames_read`. */
function frameDetails(counters: Counters): Record<string, number> {
  const named = counters
    .frames()
    .map(({ type, outcome, count }) => [`frames_${type}_${outcome}`, count] as const)
  return { frames_read: framesRead(counters), ...Object.fromEntries(named) }
}

const framesRead = (counters: Counters): number =>
  counters.frames().reduce((sum, { count }) => sum + count, 0)

const round = (value: number): number => Math.round(value * 1_000) / 1_000
