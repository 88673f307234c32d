import type { Family } from './open-prometheus.ts'

/** Seconds, bytes and plain numbers; a dashboard must not have to guess what else a number is. */
const otherUnits =
  /(^|_)(ms|millis|milliseconds?|us|microseconds?|ns|minutes?|hours?|days?|[km]i?b|kilobytes?|megabytes?|percent|pct|cents?)(_|$)/

const wellNamed = /^whalecast_[a-z][a-z0-9]*(_[a-z0-9]+)*$/

function problemsOfOne({ metric, type, help }: Family): string[] {
  const problems: string[] = []
  if (!wellNamed.test(metric)) problems.push('is not named whalecast_ and in snake_case')
  if (otherUnits.test(metric)) problems.push('is not in a base unit')
  if (metric.endsWith('_total') !== (type === 'counter')) problems.push(`ends wrongly for a ${type}`)
  if (/_(seconds|bytes)_(?!total$)/.test(metric)) problems.push('has its unit in the middle')
  if (!['counter', 'gauge', 'histogram', 'summary'].includes(type)) problems.push(`has the type "${type}"`)
  if (help.trim().length < 4) problems.push('is not described')
  return problems
}

/** Every rule that the metrics break: names, units, types, descriptions, and one meaning for a name everywhere. */
export function metricProblems(families: readonly Family[], seriesNames: readonly string[]): string[] {
  const problems = families.flatMap((family) =>
    problemsOfOne(family).map((problem) => `${family.metric} (${family.target.job}) ${problem}`),
  )
  const byName = new Map<string, Family>()
  for (const family of families) {
    const first = byName.get(family.metric) ?? family
    byName.set(family.metric, first)
    for (const key of ['type', 'help'] as const)
      if (first[key] !== family[key])
        problems.push(
          `${family.metric}: ${key} "${first[key]}" at ${first.target.job}, "${family[key]}" at ${family.target.job}`,
        )
  }
  const declared = (name: string) => byName.has(name) || byName.has(name.replace(/_(bucket|sum|count)$/, ''))
  for (const name of seriesNames) if (!declared(name)) problems.push(`${name} is declared by nobody`)
  return problems
}
