import { isScope, type Scope } from './auth/scopes.ts'

/** The simulator's process settings, read and checked. */
export type Config = {
  readonly host: string
  readonly port: number
  readonly opsHost: string
  readonly opsPort: number
  readonly logLevel: LogLevel
  readonly seed: number | undefined
  readonly rate: number
  readonly markets: number
  readonly firstWhaleMs: number
  readonly publicKeyPath: string | undefined
  readonly keyId: string | undefined
  readonly privateKeyPath: string | undefined
  readonly keyScopes: readonly Scope[]
  readonly writePublicKeyPath: string | undefined
  readonly writeKeyId: string | undefined
  readonly balanceCents: number
  readonly readLagMs: number
  readonly replayFile: string | undefined
  readonly replaySpeed: number
  readonly maxConnections: number
  readonly outboundBytes: number
  readonly readTokensPerSecond: number
  readonly writeTokensPerSecond: number
  readonly skewPastMs: number
  readonly skewFutureMs: number
}

export const logLevels = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

/** Every bad setting at once, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`bad settings:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

type Env = Readonly<Record<string, string | undefined>>

/** Reads the settings out of an environment; throws ConfigError naming every bad and every unknown one. */
export function parseConfig(env: Env): Config {
  const problems: string[] = []
  const known = new Set<string>()
  const text = (name: string): string | undefined => {
    known.add(name)
    return env[name] === '' ? undefined : env[name]
  }
  const number = (name: string, standard: number, [min, max]: readonly [number, number]): number => {
    const raw = text(name)
    if (raw === undefined) return standard
    const value = Number(raw)
    if (raw.trim() === '' || !(value >= min && value <= max)) {
      problems.push(`${name} must be a number between ${min} and ${max}, not "${raw}"`)
    }
    return value
  }
  const integer = (name: string, standard: number, range: readonly [number, number]): number => {
    const value = number(name, standard, range)
    if (Number.isFinite(value) && !Number.isInteger(value)) problems.push(`${name} must be a whole number`)
    return value
  }
  const choice = <T extends string>(name: string, standard: T, choices: readonly T[]): T => {
    const raw = text(name) ?? standard
    const found = choices.find((value) => value === raw)
    if (found === undefined) problems.push(`${name} must be one of ${choices.join(', ')}, not "${raw}"`)
    return found ?? standard
  }

  const scopes = (name: string, standard: string): readonly Scope[] => {
    const words = (text(name) ?? standard).split(',').map((word) => word.trim())
    const unknown = words.filter((word) => !isScope(word))
    if (unknown.length > 0) problems.push(`${name} must be scopes, not "${unknown.join(', ')}"`)
    return words.filter(isScope)
  }

  const port = [0, 65_535] as const
  const anyMs = [0, 3_600_000] as const
  const config: Config = {
    host: text('SIM_HOST') ?? '127.0.0.1',
    port: integer('SIM_PORT', 0, port),
    opsHost: text('WHALECAST_OPS_HOST') ?? '127.0.0.1',
    opsPort: integer('WHALECAST_OPS_PORT', 9_100, port),
    logLevel: choice('LOG_LEVEL', 'info', logLevels),
    seed: text('SIM_SEED') === undefined ? undefined : integer('SIM_SEED', 0, [0, 4_294_967_295]),
    rate: number('SIM_RATE', 50, [0, 20_000]),
    markets: integer('SIM_MARKETS', 200, [1, 100_000]),
    firstWhaleMs: integer('SIM_FIRST_WHALE_MS', 2_000, anyMs),
    publicKeyPath: text('SIM_PUBLIC_KEY_PATH'),
    keyId: text('SIM_KEY_ID'),
    privateKeyPath: text('SIM_PRIVATE_KEY_PATH'),
    keyScopes: scopes('SIM_KEY_SCOPES', 'read'),
    writePublicKeyPath: text('SIM_WRITE_PUBLIC_KEY_PATH'),
    writeKeyId: text('SIM_WRITE_KEY_ID'),
    balanceCents: integer('SIM_BALANCE_CENTS', 100_000, [0, 100_000_000_000]),
    readLagMs: integer('SIM_READ_LAG_MS', 0, anyMs),
    replayFile: text('SIM_REPLAY_FILE'),
    replaySpeed: number('SIM_REPLAY_SPEED', 1, [0, 1_000]),
    maxConnections: integer('SIM_MAX_CONNECTIONS', 200, [1, 100_000]),
    outboundBytes: integer('SIM_OUTBOUND_BYTES', 8_388_608, [1_024, 1_073_741_824]),
    readTokensPerSecond: number('SIM_READ_TOKENS_PER_SECOND', 200, [1, 1_000_000]),
    writeTokensPerSecond: number('SIM_WRITE_TOKENS_PER_SECOND', 100, [1, 1_000_000]),
    skewPastMs: integer('SIM_SKEW_PAST_MS', 15_000, anyMs),
    skewFutureMs: integer('SIM_SKEW_FUTURE_MS', 45_000, anyMs),
  }
  if ((config.publicKeyPath === undefined) !== (config.keyId === undefined)) {
    problems.push('SIM_PUBLIC_KEY_PATH and SIM_KEY_ID must be given together')
  }
  if ((config.writePublicKeyPath === undefined) !== (config.writeKeyId === undefined)) {
    problems.push('SIM_WRITE_PUBLIC_KEY_PATH and SIM_WRITE_KEY_ID must be given together')
  } else if (config.writeKeyId !== undefined && config.writeKeyId === config.keyId) {
    problems.push('SIM_WRITE_KEY_ID and SIM_KEY_ID must differ')
  }
  for (const name of Object.keys(env)) {
    if (name.startsWith('SIM_') && !known.has(name)) problems.push(`${name} is not a setting`)
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}
