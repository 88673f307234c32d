import { isSecretName } from './redact.ts'
import { settings, type SettingName, type SettingValue } from './settings.ts'

/** The environment of a process, or what a test puts in its place. */
export type Env = Readonly<Record<string, string | undefined>>

/** The environment cannot be used; says everything that is wrong with it at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`${problems.length === 1 ? 'a setting is' : 'settings are'} wrong:\n  ${problems.join('\n  ')}`)
    this.problems = problems
  }
}

/** Variables that begin so are ours; one that stands in no table is a typing error, not somebody else's. */
const ourPrefixes = /^(WHALECAST|WHALE|KALSHI|EXECUTOR|TRADING|PAPER|SIM|LOG)_/

/** Ours, yet no setting: the test scripts pass it to jest, and jest to every process that a test starts. */
const notSettings = new Set(['WHALECAST_TEST_TIER'])

const isSettingName = (name: string): name is SettingName => Object.hasOwn(settings, name)

/** Letters to change, add or drop to get from one word to the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of a.split('').entries()) {
    const next = [i + 1]
    for (const [j, other] of b.split('').entries())
      next.push(
        Math.min((row[j] ?? 0) + (letter === other ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1),
      )
    row = next
  }
  return row.at(-1) ?? 0
}

function unknownName(name: string): string {
  const [nearest] = Object.keys(settings)
    .map((known) => ({ known, away: distance(name, known) }))
    .toSorted((a, b) => a.away - b.away)
  return `${name}: unknown${nearest && nearest.away <= 3 ? `; did you mean ${nearest.known}?` : ''}`
}

function parseAll(env: Env): { values: Map<string, unknown>; problems: string[] } {
  const values = new Map<string, unknown>()
  const problems: string[] = []
  for (const [name, setting] of Object.entries(settings)) {
    const given = env[name]?.trim()
    if (given === undefined || given === '') {
      values.set(name, setting.default)
      continue
    }
    try {
      values.set(name, setting.parse(given))
    } catch (error) {
      const shown = isSecretName(name) ? '' : `=${JSON.stringify(given)}`
      problems.push(`${name}${shown}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || isSettingName(name) || !ourPrefixes.test(name) || notSettings.has(name))
      continue
    problems.push(unknownName(name))
  }
  return { values, problems }
}

/** Settings that are set here and belong to another process alone. */
function misplaced(env: Env, names: readonly string[], reader: string | undefined): string[] {
  return Object.entries<{ readonly only?: string }>(settings).flatMap(([name, { only }]) =>
    only === undefined || only === reader || names.includes(name) || !env[name]?.trim()
      ? []
      : [`${name}: belongs to ${only} alone; no other process may have it`],
  )
}

/**
 * Reads the named settings. An empty variable counts as unset.
 * Every variable of ours in `env` is checked, also those not asked for, so that one ConfigError names
 * all that is bad and all that is unknown, and no process runs beside a typing error. What belongs to one process
 * alone is refused, unless that process is the `reader` or asks for it by name.
 */
export function readSettings<const Name extends SettingName>(
  env: Env,
  names: readonly Name[],
  reader?: string,
): { readonly [K in Name]: SettingValue<K> } {
  const { values, problems: found } = parseAll(env)
  const problems = [...found, ...misplaced(env, names, reader)]
  if (problems.length > 0) throw new ConfigError(problems)
  // The table gives each name its parser, so the value under a name has that parser's type.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(names.map((name) => [name, values.get(name)])) as {
    [K in Name]: SettingValue<K>
  }
}
