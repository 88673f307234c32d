import { expect, test } from '@jest/globals'
import type { Sample } from './measure-subject.ts'
import type { SubjectId } from './subjects.ts'
import { judge } from './verdict.ts'

const sample = (subject: SubjectId, over: Partial<Sample> = {}): Sample => ({
  round: 1,
  subject,
  books: 1_000,
  bytesPerBook: 100,
  bytesPerClientSecond: 1_000,
  cpuMicrosPerBook: 10,
  cpuPercent: 10,
  rssBytes: 1,
  p50Ms: 1,
  p99Ms: 2,
  closed: [],
  clientsPercent: 10,
  otherCpuPercent: 0,
  wrong: 0,
  missed: 0,
  behind: 0,
  ...over,
})

const verdicts = (...samples: readonly Sample[]) => judge(samples).map(({ verdict }) => verdict)

test('what is compressed once is cheap beside the same round, with the same bytes', () => {
  const each = sample('each', { cpuMicrosPerBook: 50 })
  expect(verdicts(sample('once', { bytesPerBook: 100.5 }), each)).toEqual([
    'not measured',
    'holds',
    'holds',
    'holds',
  ])
  expect(verdicts(sample('once', { cpuMicrosPerBook: 31 }), each)[1]).toBe('broken')
  expect(verdicts(sample('once', { bytesPerBook: 98 }), each)[2]).toBe('broken')
  expect(verdicts(sample('once', { round: 2 }), each).slice(1, 3)).toEqual(['not measured', 'not measured'])
})

test('changes are as small as was promised, or not', () => {
  const raw = sample('raw', { bytesPerBook: 1_000 })
  expect(verdicts(sample('changes', { bytesPerBook: 150 }), raw)[0]).toBe('holds')
  expect(verdicts(sample('changes', { bytesPerBook: 151 }), raw)[0]).toBe('broken')
})

test.each([{ wrong: 1 }, { behind: 1 }, { closed: [1006] }])('%j is a broken promise', (over) => {
  expect(verdicts(sample('raw', over)).at(-1)).toBe('broken')
})

test('to pass over a book that is not the newest is none', () => {
  expect(verdicts(sample('raw', { missed: 5 })).at(-1)).toBe('holds')
})
