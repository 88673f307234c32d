import { describe, expect, test } from '@jest/globals'
import { PriceGrid, type PriceStructure } from './price-grid.ts'

describe('price grid', () => {
  test.each<[PriceStructure, valid: number[], invalid: number[]]>([
    ['linear_cent', [100, 5_000, 9_900], [0, 50, 5_050, 10_000]],
    ['tapered_deci_cent', [10, 990, 1_000, 1_100, 9_000, 9_010, 9_990], [0, 5, 1_010, 8_990, 10_000]],
    ['deci_cent', [10, 5_010, 9_990], [0, 5, 5_005, 10_000]],
  ])('%s knows its ticks, and their complements', (structure, valid, invalid) => {
    const grid = new PriceGrid(structure)
    expect(valid.filter((price) => !grid.has(price) || !grid.has(10_000 - price))).toEqual([])
    expect(invalid.filter((price) => grid.has(price))).toEqual([])
  })

  test('steps across the ranges and stays inside', () => {
    const grid = new PriceGrid('tapered_deci_cent')
    expect([grid.step(1_050, 0), grid.step(1_000, -1), grid.step(1_000, 1), grid.step(9_000, 1)]).toEqual([
      1_000, 990, 1_100, 9_010,
    ])
    expect([grid.step(3, -5), grid.step(9_999, 50)]).toEqual([10, 9_990])
  })
})
