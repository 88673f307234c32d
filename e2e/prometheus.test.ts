import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { eventually, onPath, openRedis, openSystem, uniquePrefix, type System } from '@whalecast/testkit'
import { metricProblems } from './metric-problems.ts'
import { openPrometheus } from './open-prometheus.ts'
import { openReplica } from './open-replica.ts'

const prometheusProgram = onPath('prometheus')
const promtool = onPath('promtool')
const found = prometheusProgram !== undefined && promtool !== undefined
const unlessFound = found ? '' : ' (skipped: no Prometheus)'

const shipped = fileURLToPath(new URL('../deploy/prometheus.yml', import.meta.url))

/** The configuration that is shipped, with addresses of this machine where it asks Docker's DNS. */
function scrapeConfiguration(targets: ReadonlyMap<string, readonly string[]>): string {
  const jobs: string[] = []
  const config = readFileSync(shipped, 'utf8').replace(
    /dns_sd_configs:\n +- names: \[([a-z-]+)\]\n +type: A\n +port: \d+\n +refresh_interval: .*/g,
    (_, name: string) => {
      jobs.push(name)
      return `static_configs: [{ targets: ${JSON.stringify(targets.get(name) ?? [])} }]`
    },
  )
  // The proxy alone is no process of `npm start`.
  expect(jobs.toSorted()).toEqual([...targets.keys(), 'proxy'].toSorted())
  return config
}

function targetsOf(system: System, replicas: readonly { readonly opsUrl: string }[]): Map<string, string[]> {
  const targets = new Map<string, string[]>()
  for (const { name, opsUrl } of system.processes())
    if (opsUrl !== null) targets.set(name, [new URL(opsUrl).host])
  targets.get('ws-broadcast')?.push(...replicas.map(({ opsUrl }) => new URL(opsUrl).host))
  return targets
}

/** What promtool says against it; nothing when all is well. */
function promtoolSays(args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync(promtool ?? '', args, { encoding: 'utf8', input })
  return status === 0 ? '' : `exit code ${status}\n${stdout}${stderr}`
}

;(found ? test : test.skip)(
  `a Prometheus sees every process and every replica, and all that they tell is named, typed and described${unlessFound}`,
  async () => {
    await using redis = await openRedis()
    const shared = { REDIS_URL: redis.url, WHALECAST_KEY_PREFIX: uniquePrefix() }
    await using system = await openSystem({ ...shared, TRADING_STRATEGY: 'whale_follower' })
    await using second = await openReplica(shared)
    await using third = await openReplica(shared)
    const targets = targetsOf(system, [second, third])
    const all = [...targets].flatMap(([job, hosts]) => hosts.map((instance) => ({ job, instance })))
    expect(targets.has('executor')).toBe(true)
    expect(targets.get('ws-broadcast')).toHaveLength(3)
    expect(all).toHaveLength(9)

    await using prometheus = await openPrometheus(prometheusProgram ?? '', scrapeConfiguration(targets))
    expect(promtoolSays(['check', 'config', prometheus.configFile])).toBe('')
    await eventually(async () => (await prometheus.query('up == 1')).length === all.length, {
      timeoutMs: 30_000,
      everyMs: 100,
    })
    const up = (await prometheus.query('up')).map(({ labels }) => ({
      job: labels['job'],
      instance: labels['instance'],
    }))
    expect(up).toHaveLength(all.length)
    expect(up).toEqual(expect.arrayContaining(all))
    const clients = await prometheus.query('whalecast_ws_clients')
    expect(new Set(clients.map(({ labels }) => labels['instance']))).toEqual(
      new Set(targets.get('ws-broadcast')),
    )

    const own = /^(up|scrape_)/
    const seriesNames = (await prometheus.seriesNames()).filter((name) => !own.test(name))
    const families = await prometheus.families()
    expect(new Set(families.map(({ target }) => target.job))).toEqual(new Set(targets.keys()))
    expect(new Set(families.map(({ metric }) => metric)).size).toBeGreaterThan(60)
    expect(metricProblems(families, seriesNames)).toEqual([])
    for (const { job, instance } of all) {
      const text = await (await fetch(`http://${instance}/metrics`)).text()
      expect({ job, problems: promtoolSays(['check', 'metrics'], text) }).toEqual({ job, problems: '' })
    }
  },
)

test('a metric that breaks a rule is told, each with its own sentence', () => {
  const target = { job: 'ingest', instance: '127.0.0.1:1' }
  const family = (metric: string, type: string, help = 'what it counts') => ({ target, metric, type, help })
  const elsewhere = { ...family('whalecast_twice', 'counter'), target: { ...target, job: 'executor' } }
  const bad = [
    family('other_name', 'gauge'),
    family('whalecast_wait_ms', 'gauge'),
    family('whalecast_trades', 'counter'),
    family('whalecast_books_total', 'gauge'),
    family('whalecast_wait_seconds_max', 'gauge'),
    family('whalecast_odd', 'unknown'),
    family('whalecast_silent', 'gauge', ' '),
  ]
  for (const one of bad) expect(metricProblems([one], [])).toHaveLength(1)
  const twice = metricProblems([family('whalecast_twice', 'gauge'), elsewhere], [])
  expect(twice.some((problem) => problem.includes('type "gauge" at ingest, "counter" at executor'))).toBe(
    true,
  )
  expect(metricProblems([], ['whalecast_unknown'])).toEqual(['whalecast_unknown is declared by nobody'])
  const good = [
    family('whalecast_trades_total', 'counter'),
    family('whalecast_bytes_total', 'counter'),
    family('whalecast_wait_seconds', 'histogram'),
  ]
  expect(metricProblems(good, ['whalecast_trades_total', 'whalecast_wait_seconds_bucket'])).toEqual([])
})
