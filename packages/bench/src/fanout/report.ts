import type { FanoutResult } from './fanout.ts'
import type { Sample } from './sample.ts'
import type { Shape } from './shapes.ts'
import { cell, claimTable, table, type Row } from './table.ts'
import type { Claim } from './verdict.ts'

const thousands = (value: number) => `${Math.round(value / 1_000).toLocaleString('en-US')} k`
const names: Readonly<Record<Shape, string>> = {
  single: 'one channel',
  many: '100 channels, 10 a client',
}

/** The result as Markdown: the claims first, then what they rest on. */
export function toMarkdown(result: FanoutResult, claims: readonly Claim[]): string {
  const { machine, options, skipped, subjects } = result
  const { connections } = options.idle
  const feeds = subjects.map(({ id, feed }) => `${id}: ${feed}`).join('; ')
  return [
    `${machine.cores} cores (${machine.cpu}), ${machine.pinning}, Node ${machine.node}, Redis ${machine.redis}, ${machine.platform}. ` +
      `${options.clients} clients, ${options.rounds} interleaved rounds, windows of ${options.seconds} s. Median (lowest – highest). ` +
      `Deliveries are messages × clients that get them. Fed by: ${feeds}.`,
    ...(options.quick ? ['Quick: it works. These figures say nothing of how fast anything is.'] : []),
    ...skipped.map(({ subject, why }) => `Left out: ${subject}: ${why}.`),
    claimTable(claims),
    table(
      [
        'server',
        'window',
        'highest rate held, one channel',
        `bytes per idle connection (${connections})`,
        'CPU to accept one, ms',
      ],
      subjects.map(({ id, name, windowMs }) => [
        name,
        windowText(windowMs),
        cell(
          result.held.filter(({ subject }) => subject === id),
          ({ rate }) => rate / 1_000,
          { digits: 0, unit: ' k/s' },
        ),
        cell(
          result.idle.filter(({ subject }) => subject === id),
          ({ bytesPerConnection }) => bytesPerConnection / 1_024,
          { digits: 1, unit: ' KB' },
        ),
        cell(
          result.idle.filter(({ subject }) => subject === id),
          ({ cpuMsPerConnection }) => cpuMsPerConnection,
          { digits: 3, unit: '' },
        ),
      ]),
    ),
    ...(['single', 'many'] as const).map((shape) => rateTable(result, shape)),
    stallTable(result),
    ...result.profiles.map(({ shape, rate, top }) =>
      table(
        [`ws-broadcast, ${names[shape]}, ${thousands(rate)}/s: self time`, '%'],
        top.map(({ at, percent }) => [at, percent.toFixed(1)]),
      ),
    ),
  ].join('\n\n')
}

function rateTable({ samples, subjects, options }: FanoutResult, shape: Shape): string {
  const rows = subjects.flatMap(({ id, name, windowMs }) =>
    options.rates[shape].flatMap((rate): Row[] => {
      const at = samples.filter((one) => one.subject === id && one.shape === shape && one.rate === rate)
      return at.length === 0 ? [] : [[name, windowText(windowMs), thousands(rate), ...rateCells(at)]]
    }),
  )
  return table(
    [
      `${names[shape]}: server`,
      'window',
      'deliveries/s',
      'µs CPU per delivery',
      'p50 ms',
      'p99 ms',
      'server CPU %',
      'held',
    ],
    rows,
  )
}

function rateCells(samples: readonly Sample[]): Row {
  const held = samples.filter(({ faults }) => faults.length === 0).length
  const faults = samples.find((one) => one.faults.length > 0)?.faults.join(', ')
  return [
    cell(samples, (one) => one.cpuMicrosPerDelivery, { digits: 2, unit: '' }),
    cell(samples, ({ p50Ms }) => p50Ms, { digits: 1, unit: '' }),
    cell(samples, ({ p99Ms }) => p99Ms, { digits: 1, unit: '' }),
    cell(samples, ({ cpuPercent }) => cpuPercent, { digits: 0, unit: '' }),
    `${held} of ${samples.length}${faults === undefined ? '' : `: ${faults}`}`,
  ]
}

function stallTable({ stalls, subjects, options }: FanoutResult): string {
  const { clients, seconds, rate } = options.stall
  const rows = subjects.flatMap(({ id, name }): Row[] => {
    const of = stalls.filter(({ subject }) => subject === id)
    if (of.length === 0) return []
    const ended = of.map(({ stalled }) => JSON.stringify(stalled.closed).replaceAll('"', ''))
    return [
      [
        name,
        cell(of, ({ p99BeforeMs }) => p99BeforeMs, { digits: 1, unit: '' }),
        cell(of, ({ p99Ms }) => p99Ms, { digits: 1, unit: '' }),
        cell(of, ({ extraBytes }) => extraBytes / 2 ** 20, { digits: 0, unit: ' MB' }),
        [...new Set(ended)].join(', '),
        cell(of, ({ healthyLost }) => healthyLost, { digits: 0, unit: '' }),
      ],
    ]
  })
  return table(
    [
      `${clients} of ${options.clients} stall for ${seconds} s at ${thousands(rate)}/s: server`,
      'p99 before, ms',
      'p99 of the others',
      'more memory',
      'of the stalled closed, by code',
      'lost by the others',
    ],
    rows,
  )
}

const windowText = (windowMs: number | undefined) => (windowMs === undefined ? 'its own' : `${windowMs} ms`)
