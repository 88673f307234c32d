import { expect, test } from '@jest/globals'
import type { Health } from '@whalecast/events'
import { sampleAccount, sampleOrder, samplePosition } from '@whalecast/events/testing'
import { memoryOfADay } from '@whalecast/testkit'
import { Condition } from '../src/domain/condition.ts'
import { Schedule } from '../src/domain/schedule.ts'
import { toTraderStatus } from '../src/domain/status.ts'
import { TradingDesk } from '../src/domain/trading/trading-desk.ts'
import { epochMs, ingestFacts, makeBeat } from '../src/testing/beats.ts'
import { makeBook } from '../src/testing/books.ts'

/** It looks once a second; a fifth of that brings as much to remember. */
const lookSeconds = 5

test('a day of statuses and of an account that trades takes no more memory than its first hours', () => {
  const desk = new TradingDesk({ state: undefined, session: undefined })
  const schedule = new Schedule()
  const condition = new Condition()
  const told = { statuses: 0, states: 0 }
  condition.lead(epochMs)
  const look = (second: number, nowMs: number) => {
    // Each ten seconds another market, in which something is bought, told of by the socket, and given up again.
    const ticker = `KXDAY-${Math.floor(second / 10)}`
    const bid = 40 + ((second / 5) % 20)
    const positions = [
      samplePosition(ticker, { source: 'live', updated_at_ms: nowMs, position_e2: second % 10 ? 500 : -500 }),
    ]
    const orders = [sampleOrder(ticker, { order_id: `o-${second}` })]
    const account = sampleAccount({
      positions,
      orders,
      synced_at_ms: nowMs,
      balance_e6: 1e9 + second,
      traded_cash_e6: second,
    })
    const books = new Map([[ticker, makeBook(ticker, { yes: [[bid, 100]], no: [[98 - bid, 100]] })]])
    if (desk.look(account, { books, markets: new Map() }, nowMs)) told.states += 1
  }
  const grew = memoryOfADay((second) => {
    const nowMs = epochMs + second * 1_000
    if (second % lookSeconds === 0) look(second, nowMs)

    const machine_state = second % 1_000 < 5 ? 'error' : 'ready'
    const health: Health = {
      status: 'healthy',
      machine_state,
      machine_state_since_ms: nowMs,
      components: [],
      timestamp_ms: nowMs,
    }
    const isDue = schedule.onPhase(machine_state)
    if (!schedule.onTick(nowMs) && !isDue) return
    const heartbeats = [makeBeat('ingest', { facts: { ...ingestFacts, trades_received: second } })]
    const status = toTraderStatus({ heartbeats, health }, 'periodic', { startedAtMs: epochMs, nowMs })
    schedule.reported(status.machine_state)
    condition.reported(nowMs)
    told.statuses += 1
  })
  expect(told.states).toBe(86_400 / lookSeconds + 1)
  expect(told.statuses).toBeGreaterThan(8_640)
  expect(desk.sessionState?.updated_tickers).toHaveLength(1_000)
  // Bytes an hour; the markets of an hour alone would be more than that.
  expect(grew).toBeLessThan(12_000)
}, 120_000)
