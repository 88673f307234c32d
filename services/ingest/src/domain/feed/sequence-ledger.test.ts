import { describe, expect, test } from '@jest/globals'
import { SequenceLedger } from './sequence-ledger.ts'

const seen = (ledger: SequenceLedger, sid: number, seqs: readonly number[]) =>
  seqs.map((seq) => {
    const step = ledger.observe(sid, seq)
    return step.type === 'hole' ? `${step.type} ${step.from}-${step.to}` : step.type
  })

describe('SequenceLedger', () => {
  test.each([
    { note: 'a run without holes', seqs: [1, 2, 3], expected: ['next', 'next', 'next'] },
    { note: 'one frame missing', seqs: [1, 3, 4], expected: ['next', 'hole 2-2', 'next'] },
    { note: 'many missing', seqs: [1, 10], expected: ['next', 'hole 2-9'] },
    { note: 'the first frames missing', seqs: [4, 5], expected: ['hole 1-3', 'next'] },
    { note: 'the same frame twice', seqs: [1, 2, 2, 3], expected: ['next', 'next', 'duplicate', 'next'] },
    {
      note: 'an old frame again',
      seqs: [1, 2, 3, 1, 4],
      expected: ['next', 'next', 'next', 'regression', 'next'],
    },
    {
      note: 'a numbering that began anew is followed from there',
      seqs: [1, 2, 3, 1, 2, 3, 5],
      expected: ['next', 'next', 'next', 'regression', 'restart', 'next', 'hole 4-4'],
    },
    { note: 'a hole behind a duplicate', seqs: [1, 1, 3], expected: ['next', 'duplicate', 'hole 2-2'] },
    { note: 'two holes', seqs: [1, 3, 6], expected: ['next', 'hole 2-2', 'hole 4-5'] },
  ])('$note', ({ seqs, expected }) => {
    expect(seen(new SequenceLedger(), 1, seqs)).toEqual(expected)
  })

  test('subscriptions are numbered apart', () => {
    const ledger = new SequenceLedger()
    expect(seen(ledger, 1, [1, 2])).toEqual(['next', 'next'])
    expect(seen(ledger, 2, [1, 3])).toEqual(['next', 'hole 2-2'])
    expect(seen(ledger, 1, [3])).toEqual(['next'])
  })

  test('a subscription that ended starts from one again', () => {
    const ledger = new SequenceLedger()
    seen(ledger, 1, [1, 2, 3])
    ledger.forget(1)
    expect(seen(ledger, 1, [1, 2])).toEqual(['next', 'next'])
  })

  test('subscriptions beyond the bound are told apart, not remembered', () => {
    const ledger = new SequenceLedger(1)
    expect(seen(ledger, 1, [1])).toEqual(['next'])
    expect(seen(ledger, 2, [7, 9])).toEqual(['untracked', 'untracked'])
  })
})
