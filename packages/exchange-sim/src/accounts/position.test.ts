import { describe, expect, test } from '@jest/globals'
import { afterPurchase, afterSettlement, type Position, type Purchase } from './position.ts'

const none: Position = {
  number: 1,
  ticker: 'T',
  eventTicker: 'E',
  countE2: 0,
  costE6: 0,
  heldFeesE6: 0,
  realizedE6: 0,
  feesE6: 0,
  tradedE6: 0,
  volumeE2: 0,
  settled: false,
  updatedMs: 0,
}

type Buy = [side: Purchase['side'], priceE4: number, countE2: number, feeE6?: number]

/** The position after these purchases, and all cash that moved. */
function held(...buys: Buy[]): { position: Position; cashE6: number } {
  return buys.reduce(
    ({ position, cashE6 }, [side, priceE4, countE2, feeE6 = 0]) => {
      const after = afterPurchase(position, { side, priceE4, countE2, feeE6, tsMs: 1 })
      return { position: after.position, cashE6: cashE6 + after.cashE6 }
    },
    { position: none, cashE6: 0 },
  )
}

describe('position', () => {
  test.each<[note: string, buys: Buy[], expected: Partial<Position> & { cashE6?: number }]>([
    [
      'YES is held above zero, at what it cost',
      [['yes', 6_000, 1_000, 168_000]],
      { countE2: 1_000, costE6: 6_000_000, feesE6: 168_000, heldFeesE6: 168_000, cashE6: -6_168_000 },
    ],
    ['NO is held below zero', [['no', 3_000, 500]], { countE2: -500, costE6: 1_500_000, cashE6: -1_500_000 }],
    [
      'the other outcome nets out and pays a dollar a pair back',
      [
        ['yes', 6_000, 1_000],
        ['no', 3_000, 400],
      ],
      { countE2: 600, costE6: 3_600_000, realizedE6: 400_000, cashE6: -6_000_000 + 2_800_000 },
    ],
    [
      'more than is held turns the position round',
      [
        ['yes', 6_000, 100, 200],
        ['no', 5_000, 300, 300],
      ],
      { countE2: -200, costE6: 1_000_000, realizedE6: -100_000, heldFeesE6: 200, feesE6: 500 },
    ],
    [
      'what is bought at several prices costs their average when it goes',
      [
        ['yes', 5_000, 100],
        ['yes', 6_000, 200],
        ['no', 4_000, 100],
      ],
      { countE2: 200, costE6: 1_700_000 - 566_666, realizedE6: 600_000 - 566_666, volumeE2: 400 },
    ],
  ])('%s', (_note, buys, { cashE6, ...expected }) => {
    const after = held(...buys)
    expect(after.position).toMatchObject(expected)
    if (cashE6 !== undefined) expect(after.cashE6).toBe(cashE6)
  })

  test('cash spent is cost and fees less what was realized, whatever is bought and however it rounds', () => {
    const { position, cashE6 } = held(
      ['yes', 3_333, 7, 100],
      ['yes', 9_990, 13, 300],
      ['no', 10, 11, 100],
      ['no', 7_777, 101, 700],
      ['yes', 1, 33, 100],
    )
    expect(-cashE6).toBe(position.costE6 + position.feesE6 - position.realizedE6)
  })

  test('a million contracts stay exact', () => {
    const { position } = held(['yes', 9_999, 100_000_000], ['no', 1, 99_999_999])
    expect(position).toMatchObject({ countE2: 1, costE6: 9_999 })
  })

  test.each([
    ['yes', { countE2: 0, costE6: 0, realizedE6: 4_000_000, settled: true }, 10_000_000],
    ['no', { countE2: 0, costE6: 0, realizedE6: -6_000_000, settled: true }, 0],
  ] as const)(
    'a market that ends with %s pays its winners a dollar a contract',
    (result, expected, revenueE6) => {
      const { position } = held(['yes', 6_000, 1_000])
      const settled = afterSettlement(position, { result, tsMs: 9 })
      expect(settled.position).toMatchObject(expected)
      expect(settled.revenueE6).toBe(revenueE6)
    },
  )
})
