import type { PipelineResult } from './pipeline.ts'
import type { Window } from './window.ts'

/** How many times the baseline is promised. */
const promisedRatio = 3

const number = (value: number) => Math.round(value).toLocaleString('en-US')
const mb = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`
const ms = (seconds: number) => (Number.isFinite(seconds) ? `${seconds * 1_000} ms` : 'more')

/** What was promised and does not hold; empty when all of it does. */
export function brokenPromises({ soak, ratio }: Pick<PipelineResult, 'soak' | 'ratio'>): string[] {
  const broken: string[] = []
  if (soak.losses.length > 0) broken.push(`${number(soak.rate)} trades/s: ${soak.losses.join(', ')}`)
  if (ratio < promisedRatio) broken.push(`${ratio.toFixed(2)} times the baseline, not ${promisedRatio}`)
  return broken
}

/** The result as Markdown. */
export function toMarkdown(result: PipelineResult): string {
  const { machine, system, soak, memory, reached, profiles, baseline, ratio } = result
  const row = (...cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
    [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n')
  return [
    `${machine.cores} cores (${machine.cpu}), Node ${machine.node}, Redis ${machine.redis}, ${machine.platform}`,
    table(
      [
        'highest loss-free rate',
        'trades/s',
        'of baseline',
        'CPU of one trade, µs',
        'CPU at that rate (100 = one core)',
      ],
      [
        [system.name + ', all services', number(system.rate), `× ${ratio.toFixed(2)}`, ...cpuOf(system.best)],
        [baseline.name, number(baseline.rate), '× 1', ...cpuOf(baseline.best)],
      ],
    ),
    table(
      ['soak', 'trades', 'of that'],
      [
        ['sent', number(soak.sent), `${number(soak.rate)}/s for ${number(soak.seconds)} s`],
        ['in the whale queue, each once', number(soak.seen), soak.faults.join(', ') || 'nothing lost, held'],
        ['counted by ws-broadcast, since the start', number(reached.shown), `of ${number(reached.sent)}`],
        ['highest backlog', number(soak.maxBacklog), `of ${number(soak.capacity)}`],
      ],
    ),
    table(
      ['hop', 'half within', '99 % within', 'at'],
      [soak, ...(system.best ? [system.best] : [])].flatMap((one) =>
        one.latency.map(({ hop, p50, p99 }) => [hop, ms(p50), ms(p99), `${number(one.rate)}/s`]),
      ),
    ),
    table(
      ['process', 'CPU %', 'RSS first', 'last', 'highest', 'before the soak', 'slope', 'flat'],
      memory.map(({ name, first, last, highest, highestBefore, bytesPerSecond, flat }) => [
        name,
        cpuPercent(soak, name),
        ...[first, last, highest, highestBefore].map(mb),
        `${(bytesPerSecond / 2 ** 10).toFixed(0)} kB/s`,
        flat ? 'yes' : 'no',
      ]),
    ),
    ...profiles.map(({ name, top }) =>
      table(
        [`${name}: self time`, '%'],
        top.map(({ at, percent }) => [at, percent.toFixed(1)]),
      ),
    ),
    'Flat: the highest of the soak is within 10 % (or 16 MB) of the highest before, and the middle of its last third within 5 % (and 8 MB) of that of its first.',
  ].join('\n\n')
}

function cpuPercent(window: Window, name: string): string {
  return window.processes.find((one) => one.name === name)?.cpuPercent.toFixed(0) ?? ''
}

/** Of the system without what measures it: per trade, and process by process. */
function cpuOf(window: Window | undefined): [string, string] {
  if (!window) return ['', '']
  const system = window.processes.filter(({ name }) => name !== 'bench' && name !== 'frame source')
  const seconds = system.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)
  const shares = window.processes
    .filter(({ cpuPercent: percent }) => percent >= 1)
    .map(({ name }) => `${name} ${cpuPercent(window, name)}`)
  if (window.otherCpuPercent !== undefined) shares.push(`all others ${window.otherCpuPercent.toFixed(0)}`)
  return [((seconds / window.sent) * 1e6).toFixed(1), shares.join(', ')]
}
