import { setting } from './setting.ts'
import { decimal, integer, list, text, url } from './setting-parsers.ts'

const usedBy = ['ws-broadcast'] as const

/** Who may see what, and who is let in. */
export const accessSettings = {
  WHALECAST_TOKENS: setting({
    parse: list,
    default: [],
    meaning:
      'who may see the account and give commands: `name:sha256 in hex:scope+scope`, scopes `market`, `account`, `admin`; without any, this machine’s user on loopback, elsewhere whoever reads `admin-token` in WHALECAST_DATA_DIR',
    usedBy,
  }),
  WHALECAST_TOKENS_FILE: setting({
    parse: text,
    default: undefined,
    meaning: 'file with further tokens of that form, one a line; `#` begins a comment',
    usedBy,
  }),
  WHALECAST_JWT_SECRET: setting({
    parse: text,
    default: undefined,
    meaning:
      'the secret that signed tokens (JWT, HS256) are checked with, 32 bytes or more; `sub` names their owner, `scope` says what they open, `exp` is a must',
    usedBy,
    only: 'ws-broadcast',
  }),
  WHALECAST_JWT_SECRET_FILE: setting({
    parse: text,
    default: undefined,
    meaning: 'file with such secrets, one a line, each of which holds: for replacing one without a break',
    usedBy,
  }),
  WHALECAST_JWKS_URL: setting({
    parse: url('https', 'http'),
    default: undefined,
    meaning:
      'instead of a secret: where an issuer publishes its public keys (JWKS; RSA, EC or Ed25519); `http` on loopback only',
    usedBy,
  }),
  WHALECAST_JWKS_FILE: setting({
    parse: text,
    default: undefined,
    meaning:
      'instead of a secret: a file with such keys, read again every ten minutes and when a key is not in it',
    usedBy,
  }),
  WHALECAST_JWT_ISSUER: setting({
    parse: text,
    default: undefined,
    meaning: 'the `iss` that signed tokens have to have; without it any',
    usedBy,
  }),
  WHALECAST_JWT_AUDIENCE: setting({
    parse: text,
    default: undefined,
    meaning: 'the `aud` that signed tokens have to have; a must with JWKS beyond loopback',
    usedBy,
  }),
  WHALECAST_JWT_TOLERANCE_SECONDS: setting({
    parse: decimal(0, 300),
    default: 5,
    meaning: 'how far the issuer’s clock may be off; for so long after its end a token still holds',
    usedBy,
  }),
  WHALECAST_TRUSTED_PROXIES: setting({
    parse: list,
    default: [],
    meaning:
      'addresses and networks (`10.0.0.0/8`) of proxies before ws-broadcast: their `X-Forwarded-For` says who a client is; with any, nobody is trusted for coming from loopback',
    usedBy,
  }),
  WHALECAST_MAX_CLIENTS: setting({
    parse: integer(1),
    default: 10_000,
    meaning: 'clients that one ws-broadcast takes; more are answered 503',
    usedBy,
  }),
  WHALECAST_MAX_CLIENTS_PER_ADDRESS: setting({
    parse: integer(1),
    default: 200,
    meaning:
      'clients of one address (of IPv6 a /64), and new ones of it in ten seconds; loopback and trusted proxies themselves are not counted',
    usedBy,
  }),
  WHALECAST_MAX_CLIENTS_PER_TOKEN: setting({
    parse: integer(1),
    default: 1_000,
    meaning: 'clients with the same token, or with signed tokens of the same name',
    usedBy,
  }),
  WHALECAST_ACCEPTS_PER_SECOND: setting({
    parse: integer(1),
    default: 1_000,
    meaning:
      'clients that one ws-broadcast takes a second, five times that at once; the others are answered 503 and when to come back',
    usedBy,
  }),
  WHALECAST_REQUESTS_PER_SECOND: setting({
    parse: integer(1),
    default: 50,
    meaning: 'HTTP requests of one address a second, four times that at once; loopback is not counted',
    usedBy,
  }),
} as const
