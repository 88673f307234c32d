import { fileURLToPath } from 'node:url'
import { accessSettings } from './access-settings.ts'
import { followSettings } from './follow-settings.ts'
import { executorSettings } from './executor-settings.ts'
import { setting, type Setting } from './setting.ts'
import { decimal, integer, list, oneOf, redisUrl, text, url } from './setting-parsers.ts'
import { simulatorSettings } from './simulator-settings.ts'

const inProject = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
const everyService = ['every service'] as const

/** Every variable there is, once: how it is read, what holds without it, what it means, who reads it. */
export const settings = {
  REDIS_URL: setting({
    parse: redisUrl,
    default: 'redis://127.0.0.1:6379',
    shown: '`npm start`: a private instance; a service on its own: redis://127.0.0.1:6379',
    meaning: 'the Redis to use',
    usedBy: everyService,
  }),
  WHALECAST_KEY_PREFIX: setting({
    parse: text,
    default: 'whalecast',
    meaning: 'first part of every Redis key; systems with different prefixes can share one Redis',
    usedBy: everyService,
  }),
  WHALECAST_HTTP_HOST: setting({
    parse: text,
    default: '127.0.0.1',
    meaning: 'address of the console, `/ws`, `/sse` and `/v1`',
    usedBy: ['ws-broadcast'],
  }),
  WHALECAST_HTTP_PORT: setting({
    parse: integer(0, 65_535),
    default: 8080,
    meaning: 'port of the console, `/ws`, `/sse` and `/v1`; 0 takes any free one and prints it',
    usedBy: ['ws-broadcast'],
  }),
  WHALECAST_OPS_HOST: setting({
    parse: text,
    default: '127.0.0.1',
    meaning: 'address of the ops endpoints (`/healthz`, `/readyz`, `/metrics`, `/status`)',
    usedBy: everyService,
  }),
  WHALECAST_OPS_PORT: setting({
    parse: integer(0, 65_529),
    default: 9100,
    meaning:
      'first ops port: simulator +0, ingest +1, whale-tracker +2, status-reporter +3, health-monitor +4, ws-broadcast +5, executor +6; 0 takes any free ones and prints them',
    usedBy: everyService,
  }),
  WHALECAST_DATA_DIR: setting({
    parse: text,
    default: inProject('.whalecast'),
    shown: '.whalecast',
    meaning:
      'what outlives a run: the data of the private Redis, the key made for the simulator, the admin token',
    usedBy: ['npm start', 'ws-broadcast'],
  }),
  WHALECAST_QUEUE_CAPACITY: setting({
    parse: integer(1),
    default: 100_000,
    meaning: 'trades that may lie between ingest and whale-tracker before the exchange socket is paused',
    usedBy: ['ingest'],
  }),
  WHALECAST_BOOK_MARKETS: setting({
    parse: list,
    default: [],
    meaning: 'tickers of the markets whose price ticker and order book are followed as well',
    usedBy: ['ingest'],
  }),
  WHALECAST_CONSOLE_DIR: setting({
    parse: text,
    default: inProject('packages/console/dist'),
    shown: 'packages/console/dist',
    meaning: 'the built console that is served at `/`',
    usedBy: ['ws-broadcast'],
  }),
  WHALECAST_ALLOWED_ORIGINS: setting({
    parse: list,
    default: [],
    meaning: 'further origins that may open a socket; loopback names always may',
    usedBy: ['ws-broadcast'],
  }),
  WHALECAST_ALLOWED_HOSTS: setting({
    parse: list,
    default: [],
    meaning: 'further names under which the service may be addressed; loopback names always may',
    usedBy: ['ws-broadcast'],
  }),
  ...accessSettings,
  WHALECAST_CLIENT_BUFFER_BYTES: setting({
    parse: integer(1024),
    default: 1_048_576,
    meaning: 'bytes that may wait for one slow client',
    usedBy: ['ws-broadcast'],
  }),
  WHALECAST_TOTAL_BUFFER_BYTES: setting({
    parse: integer(1024),
    default: 268_435_456,
    meaning:
      'bytes that may wait for all slow clients together; above it the fullest get no tape, then are closed',
    usedBy: ['ws-broadcast'],
  }),
  WHALECAST_CLIENT_FRAMES_PER_SECOND: setting({
    parse: integer(1),
    default: 10_000,
    meaning:
      'prints and latest values a second that one client gets; above it prints are left out and counted',
    usedBy: ['ws-broadcast'],
  }),
  WHALECAST_CHANNEL_FRAMES_PER_SECOND: setting({
    parse: integer(1),
    default: 5_000,
    meaning: 'the same for each channel of a client',
    usedBy: ['ws-broadcast'],
  }),
  WHALECAST_PING_INTERVAL_MS: setting({
    parse: integer(100),
    default: 30_000,
    meaning: 'how often a client is pinged; two missed pongs end its connection',
    usedBy: ['ws-broadcast'],
  }),
  WHALECAST_FLUSH_WINDOW_MS: setting({
    parse: integer(0, 100),
    default: undefined,
    shown: 'by load',
    meaning:
      'for how long prints and latest values gather before they are written to clients; by default 0, and up to 10 while the process is busy',
    usedBy: ['ws-broadcast'],
  }),
  WHALECAST_COMPRESSION: setting({
    parse: oneOf('off', 'on'),
    default: 'off',
    meaning:
      'permessage-deflate for clients that offer it: each message is compressed once for all of them; less traffic for more CPU',
    usedBy: ['ws-broadcast'],
  }),
  WHALE_QUEUE_SIZE: setting({
    parse: integer(1, 1000),
    default: 10,
    meaning: 'how many of the largest trades the whale queue holds',
    usedBy: ['whale-tracker'],
  }),
  WHALE_WINDOW_MINUTES: setting({
    parse: decimal(0.01, 1440),
    default: 5,
    meaning: 'how long a trade stays in the whale queue',
    usedBy: ['whale-tracker'],
  }),
  WHALE_MIN_SIZE_CENTS: setting({
    parse: integer(0),
    default: 10_000,
    meaning: 'smallest size that enters the whale queue',
    usedBy: ['whale-tracker'],
  }),
  WHALE_EVENT_MIN_SIZE_CENTS: setting({
    parse: integer(0),
    default: 1_000_000,
    meaning: 'smallest payout that becomes a whale event',
    usedBy: ['whale-tracker'],
  }),
  WHALE_SIZE_METRIC: setting({
    parse: oneOf('payout', 'cost', 'risk'),
    default: 'payout',
    meaning: 'how a trade is measured: contracts × $1, what was paid, or risk dollars 2·n·√(p(1−p))',
    usedBy: ['whale-tracker'],
  }),
  TRADING_STRATEGY: setting({
    parse: oneOf('hold', 'whale_follower', 'paper_test'),
    default: 'hold',
    meaning:
      'what is done about whales: nothing; buy what they bought at their price; or, to try out the way of an order, buy by the mid of their market',
    usedBy: ['npm start', 'ingest', 'whale-tracker', 'executor'],
  }),
  TRADING_BROKER: setting({
    parse: oneOf('paper', 'demo', 'live'),
    default: 'paper',
    meaning: 'where a strategy’s orders go: nowhere but our own books, or the exchange’s demo or real side',
    usedBy: ['ingest', 'executor'],
  }),
  KALSHI_ENV: setting({
    parse: oneOf('prod', 'demo'),
    default: 'prod',
    meaning: 'which of the exchange’s environments is read',
    usedBy: ['ingest'],
  }),
  KALSHI_API_KEY_ID: setting({
    parse: text,
    default: undefined,
    meaning: 'credentials; without them `npm start` runs the simulator with a key of its own',
    usedBy: ['ingest'],
  }),
  KALSHI_PRIVATE_KEY_PATH: setting({
    parse: text,
    default: undefined,
    meaning: 'file with the private key (PEM; RSA or Ed25519)',
    usedBy: ['ingest'],
  }),
  KALSHI_WS_URL: setting({
    parse: url('ws', 'wss'),
    default: undefined,
    shown: 'from KALSHI_ENV',
    meaning: 'the exchange’s socket; any server that speaks the protocol',
    usedBy: ['ingest'],
  }),
  KALSHI_API_URL: setting({
    parse: url('http', 'https'),
    default: undefined,
    shown: 'from KALSHI_ENV',
    meaning: 'the exchange’s REST API',
    usedBy: ['ingest', 'executor'],
  }),
  LOG_LEVEL: setting({
    parse: oneOf('error', 'warn', 'info', 'debug'),
    default: 'info',
    meaning: 'what is logged',
    usedBy: everyService,
  }),
  LOG_FORMAT: setting({
    parse: oneOf('json', 'pretty'),
    default: undefined,
    shown: 'json; pretty on a terminal',
    meaning: 'how a log line looks',
    usedBy: everyService,
  }),
  ...followSettings,
  ...executorSettings,
  ...simulatorSettings,
} as const

export type SettingName = keyof typeof settings

/** The type of a setting's value; with `undefined` where there is no default. */
export type SettingValue<Name extends SettingName> =
  (typeof settings)[Name] extends Setting<infer T, infer Default>
    ? Default extends undefined
      ? T | undefined
      : T
    : never
