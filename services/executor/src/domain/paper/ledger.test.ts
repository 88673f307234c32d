import { describe, expect, test } from '@jest/globals'
import { book, heldE2, imbalanceE6, openLedger, settle, type Buy, type Ledger } from './ledger.ts'

const buy = (change: Partial<Buy> = {}): Buy => ({
  ticker: 'A',
  outcome: 'yes',
  priceE4: 4_000,
  countE2: 500,
  feeE6: 0,
  atMs: 1,
  ...change,
})
const after = (...buys: readonly Buy[]): Ledger => buys.reduce(book, openLedger(100e6))

describe('booking matches', () => {
  test.each([
    { note: 'nothing yet', buys: [], cash: 100e6, position: 0, cost: 0, realized: 0 },
    { note: 'five YES at 40 ¢', buys: [buy()], cash: 98e6, position: 500, cost: 2e6, realized: 0 },
    {
      note: 'a fee is paid and is no cost of the position',
      buys: [buy({ feeE6: 84_000 })],
      cash: 98e6 - 84_000,
      position: 500,
      cost: 2e6,
      realized: 0,
    },
    {
      note: 'NO counts below zero',
      buys: [buy({ outcome: 'no' })],
      cash: 98e6,
      position: -500,
      cost: 2e6,
      realized: 0,
    },
    {
      note: 'two NO make pairs with two YES: each pays a dollar',
      buys: [buy(), buy({ outcome: 'no', priceE4: 5_000, countE2: 200 })],
      cash: 98e6 - 1e6 + 2e6,
      position: 300,
      cost: 1.2e6,
      realized: 2e6 - 1e6 - 0.8e6,
    },
    {
      note: 'as many as are held: the position is gone, all of its cost with it',
      buys: [buy({ countE2: 3, priceE4: 3_333 }), buy({ outcome: 'no', priceE4: 6_000, countE2: 3 })],
      cash: 100e6 - 9_999 - 18_000 + 30_000,
      position: 0,
      cost: 0,
      realized: 30_000 - 18_000 - 9_999,
    },
    {
      note: 'more than are held: the rest opens the other side',
      buys: [buy(), buy({ outcome: 'no', priceE4: 7_000, countE2: 800 })],
      cash: 98e6 - 5.6e6 + 5e6,
      position: -300,
      cost: 2.1e6,
      realized: 5e6 - 3.5e6 - 2e6,
    },
  ])('$note', ({ buys, cash, position, cost, realized }) => {
    const ledger = after(...buys)
    expect(ledger.cashE6).toBe(cash)
    expect(heldE2(ledger, 'A', 'yes') - heldE2(ledger, 'A', 'no')).toBe(position)
    expect(ledger.positions.find(({ market_ticker }) => market_ticker === 'A')?.cost_e6 ?? 0).toBe(cost)
    expect(ledger.realizedE6).toBe(realized)
    expect(imbalanceE6(ledger)).toBe(0)
  })

  test.each([
    { result: 'yes', yesPaysE4: 10_000, revenue: 5e6 },
    { result: 'no', yesPaysE4: 0, revenue: 0 },
    { result: 'in between', yesPaysE4: 2_500, revenue: 1.25e6 },
  ])('a market decided $result pays $revenue for five YES', ({ yesPaysE4, revenue }) => {
    const paid = settle(after(buy()), { ticker: 'A', yesPaysE4 })
    expect(paid?.revenueE6).toBe(revenue)
    expect(paid?.ledger).toMatchObject({ cashE6: 98e6 + revenue, realizedE6: revenue - 2e6, positions: [] })
    expect(paid && imbalanceE6(paid.ledger)).toBe(0)
  })

  test('a market of which nothing is held pays nothing', () => {
    expect(settle(after(buy()), { ticker: 'B', yesPaysE4: 10_000 })).toBeUndefined()
  })
})

/** The same numbers again for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

describe('whatever is traded', () => {
  test.each(Array.from({ length: 40 }, (_, seed) => seed))('the account balances, seed %i', (seed) => {
    const random = randomFrom(seed)
    let ledger = openLedger(1e12)
    // Recomputed from every match alone, the way somebody else would.
    let cash = 1e12
    const net = new Map<string, number>()
    for (let step = 0; step < 500; step += 1) {
      const ticker = ['A', 'B', 'C'][random(3)] ?? 'A'
      if (random(60) === 0) {
        const yesPaysE4 = [0, 10_000, random(10_001)][random(3)] ?? 0
        const held = net.get(ticker) ?? 0
        cash += held > 0 ? held * yesPaysE4 : -held * (10_000 - yesPaysE4)
        net.delete(ticker)
        ledger = settle(ledger, { ticker, yesPaysE4 })?.ledger ?? ledger
      } else {
        const outcome = random(2) === 0 ? 'yes' : 'no'
        const [priceE4, countE2, feeE6] = [1 + random(9_999), 1 + random(100_000), 100 * random(500)]
        const held = net.get(ticker) ?? 0
        const pairs = Math.min(countE2, Math.max(0, outcome === 'yes' ? -held : held))
        cash += 10_000 * pairs - priceE4 * countE2 - feeE6
        net.set(ticker, held + (outcome === 'yes' ? countE2 : -countE2))
        ledger = book(ledger, { ticker, outcome, priceE4, countE2, feeE6, atMs: step })
      }
      expect(imbalanceE6(ledger)).toBe(0)
      expect(ledger.cashE6).toBe(cash)
      expect(ledger.positions.every((one) => one.cost_e6 >= 0 && one.position_e2 !== 0)).toBe(true)
      for (const name of ['A', 'B', 'C']) {
        const signed = heldE2(ledger, name, 'yes') - heldE2(ledger, name, 'no')
        expect(signed).toBe(net.get(name) ?? 0)
      }
    }
    // Everything is paid out in the end: what is left is what was won, less fees.
    for (const ticker of ['A', 'B', 'C']) ledger = settle(ledger, { ticker, yesPaysE4: 0 })?.ledger ?? ledger
    expect(ledger.cashE6).toBe(1e12 + ledger.realizedE6 - ledger.feesE6)
  })
})
