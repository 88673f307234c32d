import { cell, claimTable, table, type Row } from '../fanout/table.ts'
import { pairedRatios } from '../fanout/statistics.ts'
import type { Claim } from '../fanout/verdict.ts'
import type { CompressionResult } from './compression.ts'
import type { Sample } from './measure-subject.ts'
import type { SubjectId } from './subjects.ts'

/** The result as Markdown: the claims first, then what they rest on. */
export function toMarkdown(result: CompressionResult, claims: readonly Claim[]): string {
  const { machine, options, levels } = result
  const { clients, markets, rounds, seconds } = options
  return [
    `${machine.cores} cores (${machine.cpu}), ${machine.pinning}, Node ${machine.node}, Redis ${machine.redis}, ${machine.platform}. ` +
      `${clients} clients, each on the books of the same ${markets} markets; ${rounds} interleaved rounds of ${seconds} s. ` +
      `Median (lowest – highest). Bytes are those of the TCP connection, CPU that of the server's process.`,
    ...(options.quick ? ['Quick: it works. These figures say nothing of how fast anything is.'] : []),
    claimTable(claims),
    subjectTable(result),
    table(
      ['compressed on the event loop', 'bytes', 'level', 'bytes after', '%', 'µs CPU'],
      levels.map(({ kind, bytes, level, packedBytes, cpuMicros }) => [
        kind,
        bytes.toFixed(0),
        String(level),
        packedBytes.toFixed(0),
        ((packedBytes / bytes) * 100).toFixed(1),
        cpuMicros.toFixed(1),
      ]),
    ),
  ].join('\n\n')
}

function subjectTable({ samples, subjects }: CompressionResult): string {
  const of = (subject: SubjectId) => samples.filter((one) => one.subject === subject)
  const bytes = (subject: SubjectId) =>
    new Map(of(subject).map(({ round, bytesPerBook }) => [round, bytesPerBook]))
  const rows = subjects.map(({ id, name }): Row => {
    const own = of(id)
    return [
      name,
      cell(own, ({ bytesPerClientSecond }) => bytesPerClientSecond, { digits: 0, unit: '' }),
      cell(own, ({ bytesPerBook }) => bytesPerBook, { digits: 0, unit: '' }),
      cell(pairedRatios(bytes(id), bytes('raw')), (ratio) => ratio * 100, { digits: 1, unit: ' %' }),
      cell(own, ({ cpuMicrosPerBook }) => cpuMicrosPerBook, { digits: 2, unit: '' }),
      cell(own, ({ cpuPercent }) => cpuPercent, { digits: 1, unit: '' }),
      cell(own, ({ rssBytes }) => rssBytes / 2 ** 20, { digits: 0, unit: ' MB' }),
      cell(own, ({ p50Ms }) => p50Ms, { digits: 0, unit: '' }),
      cell(own, ({ p99Ms }) => p99Ms, { digits: 0, unit: '' }),
      sum(own, ({ missed }) => missed),
      sum(own, ({ wrong, behind }) => wrong + behind),
    ]
  })
  return table(
    [
      'server',
      'bytes a client and second',
      'bytes a book',
      'of raw',
      'µs CPU per delivery',
      'server CPU %',
      'memory',
      'p50 ms',
      'p99 ms',
      'passed over',
      'wrong',
    ],
    rows,
  )
}

const sum = (samples: readonly Sample[], read: (sample: Sample) => number): string =>
  String(samples.reduce((total, sample) => total + read(sample), 0))
