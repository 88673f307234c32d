import { pairedRatios } from '../fanout/statistics.ts'
import { claim, type Claim } from '../fanout/verdict.ts'
import type { Sample } from './measure-subject.ts'
import type { SubjectId } from './subjects.ts'

/** What was promised of compressed books, line by line: ratios of two servers in the same round. */
export function judge(samples: readonly Sample[]): readonly Claim[] {
  const of = (subject: SubjectId, read: (sample: Sample) => number) =>
    new Map(samples.filter((one) => one.subject === subject).map((one) => [one.round, read(one)]))
  const bytes = (subject: SubjectId) => of(subject, ({ bytesPerBook }) => bytesPerBook)
  const cpu = (subject: SubjectId) => of(subject, ({ cpuMicrosPerBook }) => cpuMicrosPerBook)
  const equal = pairedRatios(bytes('once'), bytes('each'))
  return [
    claim(
      'bytes of books as changes, compressed: × whole and not compressed',
      { atMost: 0.15 },
      pairedRatios(bytes('changes'), bytes('raw')),
    ),
    claim(
      'CPU per delivery, compressed once: × `ws`, for each client',
      { atMost: 0.6 },
      pairedRatios(cpu('once'), cpu('each')),
    ),
    claim(
      'bytes of these two: differ by',
      { atMost: 0.01 },
      equal.map((ratio) => Math.abs(ratio - 1)),
    ),
    claim(
      'books that were not as published, or not the newest in the end',
      { atMost: 0 },
      samples.map(({ wrong, behind, closed }) => wrong + behind + closed.length),
    ),
  ]
}
