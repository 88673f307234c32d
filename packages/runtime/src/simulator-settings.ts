import { setting } from './setting.ts'
import { decimal, integer, text } from './setting-parsers.ts'

const usedBy = ['the simulator'] as const
const anyMs = integer(0, 3_600_000)

/** The simulator reads these by itself, since it shares no code; here they are known and documented. */
export const simulatorSettings = {
  SIM_HOST: setting({
    parse: text,
    default: '127.0.0.1',
    meaning: 'address of the simulated exchange',
    usedBy,
  }),
  SIM_PORT: setting({
    parse: integer(0, 65_535),
    default: 0,
    meaning: 'port of its socket and REST API; 0 takes any free one and prints it',
    usedBy,
  }),
  SIM_RATE: setting({
    parse: decimal(0, 20_000),
    default: 50,
    meaning: 'trades a second over all markets, on average',
    usedBy,
  }),
  SIM_MARKETS: setting({
    parse: integer(1, 100_000),
    default: 200,
    meaning: 'how many markets are open',
    usedBy,
  }),
  SIM_SEED: setting({
    parse: integer(0, 4_294_967_295),
    default: undefined,
    shown: 'a new one at each start',
    meaning: 'the same seed gives the same flow',
    usedBy,
  }),
  SIM_FIRST_WHALE_MS: setting({
    parse: anyMs,
    default: 2_000,
    meaning: 'when, after the start, the first whale is printed',
    usedBy,
  }),
  SIM_KEY_ID: setting({
    parse: text,
    default: undefined,
    shown: 'made by `npm start`',
    meaning: 'the key that may sign requests',
    usedBy,
  }),
  SIM_PUBLIC_KEY_PATH: setting({
    parse: text,
    default: undefined,
    shown: 'made by `npm start`',
    meaning: 'file with the public half of that key',
    usedBy,
  }),
  SIM_PRIVATE_KEY_PATH: setting({
    parse: text,
    default: undefined,
    meaning: 'without a key of yours: where the private half of a new one is written',
    usedBy,
  }),
  SIM_KEY_SCOPES: setting({
    parse: text,
    default: 'read',
    meaning: 'what that key may do, a comma list: `read`, `write` or their children',
    usedBy,
  }),
  SIM_WRITE_KEY_ID: setting({
    parse: text,
    default: undefined,
    meaning: 'a second key of the same account, which may place orders',
    usedBy,
  }),
  SIM_WRITE_PUBLIC_KEY_PATH: setting({
    parse: text,
    default: undefined,
    meaning: 'file with the public half of the second key',
    usedBy,
  }),
  SIM_BALANCE_CENTS: setting({
    parse: integer(0, 100_000_000_000),
    default: 100_000,
    meaning: 'cents that an account begins with',
    usedBy,
  }),
  SIM_READ_LAG_MS: setting({
    parse: anyMs,
    default: 0,
    meaning: 'how far balance, positions, orders and fills over REST lag behind',
    usedBy,
  }),
  SIM_REPLAY_FILE: setting({
    parse: text,
    default: undefined,
    meaning: 'a recording to replay in place of the simulated flow',
    usedBy,
  }),
  SIM_REPLAY_SPEED: setting({
    parse: decimal(0, 1_000),
    default: 1,
    meaning: 'how many times faster than it was recorded; 0 is as fast as it goes',
    usedBy,
  }),
  SIM_MAX_CONNECTIONS: setting({
    parse: integer(1, 100_000),
    default: 200,
    meaning: 'sockets that one key may have open',
    usedBy,
  }),
  SIM_OUTBOUND_BYTES: setting({
    parse: integer(1_024, 1_073_741_824),
    default: 8_388_608,
    meaning: 'bytes that may wait for one socket before it is cut',
    usedBy,
  }),
  SIM_READ_TOKENS_PER_SECOND: setting({
    parse: decimal(1, 1_000_000),
    default: 200,
    meaning: 'how fast the REST budget for reads of an account refills',
    usedBy,
  }),
  SIM_WRITE_TOKENS_PER_SECOND: setting({
    parse: decimal(1, 1_000_000),
    default: 100,
    meaning: 'how fast the budget for orders of an account refills',
    usedBy,
  }),
  SIM_SKEW_PAST_MS: setting({
    parse: anyMs,
    default: 15_000,
    meaning: 'how old the timestamp of a signed request may be',
    usedBy,
  }),
  SIM_SKEW_FUTURE_MS: setting({
    parse: anyMs,
    default: 45_000,
    meaning: 'how far ahead the timestamp of a signed request may be',
    usedBy,
  }),
} as const
