import { expect, test } from '@jest/globals'
import { memoryOfADay } from '@whalecast/testkit'
import { Breaker } from '../src/domain/breaker.ts'
import { OrderMemory } from '../src/domain/order-memory.ts'
import { PaperAccount } from '../src/domain/paper/paper-account.ts'
import { emptyPaper } from '../src/domain/paper/paper-state.ts'
import { makeOrder, makePrint, startMs } from '../src/testing/samples.ts'

/** So that everything which is remembered by number is full after the first hours. */
const orderSeconds = 2
const marketSeconds = 60

test('a day of paper orders, prints and settlements takes no more memory than its first hours', () => {
  const account = new PaperAccount(emptyPaper(1e12, startMs))
  const memory = new OrderMemory(new Map())
  const breaker = new Breaker()
  const seen = { fills: 0, settlements: 0 }
  const grew = memoryOfADay((second) => {
    const nowMs = startMs + second * 1_000
    const market_ticker = `KXDAY-${Math.floor(second / marketSeconds)}`
    if (second % orderSeconds === 0) {
      const order = makeOrder({ client_order_id: `wc-${second}`, market_ticker, count_e2: 200 })
      // Half of it at once, the rest of it when somebody sells through its price.
      const placed = account.place(order, { fills: [[4_500, 100]] }, { nowMs, restsUntilMs: nowMs + 30_000 })
      seen.fills += placed.fills.length
      breaker.failed('away', nowMs)
      breaker.succeeded()
      memory.add(
        {
          client_order_id: order.client_order_id,
          whale_id: order.whale_id,
          market_ticker,
          status: 'placed',
          broker: 'paper',
          order_id: `paper-${second}`,
          filled_e2: 100,
          remaining_e2: 100,
          average_price_e4: 4_500,
          fee_e6: 0,
          reason: '',
          timestamp_ms: nowMs,
        },
        nowMs,
      )
      memory.takeChanges()
    }
    const print = makePrint({ market_ticker, yes_price_e4: 1_000, executed_at_ms: nowMs })
    if (second % orderSeconds === 1) seen.fills += account.onPrint(print, nowMs).fills.length
    if (second % marketSeconds === marketSeconds - 1) {
      const market = { ticker: market_ticker, result: 'yes', yesPaysE4: 10_000 }
      seen.settlements += account.onSettled(market, nowMs).settlements.length
    }
  })
  expect(seen.fills).toBeGreaterThan(80_000)
  expect(seen.settlements).toBe(1_440)
  const { orders, fills, settlements, positions } = account.state
  expect([fills.length, settlements.length]).toEqual([100, 50])
  expect([orders.length, memory.size, positions.length]).toEqual([501, 5_000, 1])
  expect(account.imbalanceE6).toBe(0)
  // Bytes an hour; the orders of an hour alone would be a hundred times as much.
  expect(grew).toBeLessThan(12_000)
}, 120_000)
