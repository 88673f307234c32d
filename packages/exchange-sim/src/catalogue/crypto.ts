import type { Random } from '../flow/random.ts'
import { clockTime, hourMs, longDate, minuteMs, nextMultiple, tickerHour, tickerMinute } from './dates.ts'
import type { EventPlan } from './event-plan.ts'
import { above } from './threshold.ts'

type Coin = readonly [code: string, name: string, spot: number, step: number]

const coins: readonly Coin[] = [
  ['BTC', 'Bitcoin', 114_250, 250],
  ['ETH', 'Ethereum', 4_120, 20],
  ['SOL', 'Solana', 205, 2],
  ['XRP', 'XRP', 2.6, 0.02],
]

/** Where a coin trades at a full hour: a ladder of strikes, cheap ones quoted below a cent. */
export function planCoinStrikes(random: Random, nowMs: number): EventPlan {
  const [code, name, around, step] = random.pick(coins)
  const spot = around * (1 + random.normal() * 0.01)
  const closeMs = nextMultiple(nowMs + random.integer(0, 30) * hourMs, hourMs)
  const decimals = step < 1 ? 4 : 2
  const lowest = (Math.floor(spot / step) - 4) * step
  const strikes = Array.from({ length: 9 }, (_, index) => lowest + index * step - 1 / 10 ** decimals)
  return {
    series: {
      ticker: `KX${code}D`,
      title: `${name} price above`,
      category: 'Crypto',
      frequency: 'hourly',
      tags: [code],
    },
    tickerSuffix: tickerHour(closeMs),
    title: `${name} price on ${longDate(closeMs)} at ${clockTime(closeMs)}?`,
    subTitle: `${longDate(closeMs)}, ${clockTime(closeMs)}`,
    closeMs,
    settlementTimerS: 60,
    structure: 'tapered_deci_cent',
    markets: strikes.map((strike) =>
      above({
        suffix: `T${strike.toFixed(decimals)}`,
        title: `${name} price on ${longDate(closeMs)} at ${clockTime(closeMs)}?`,
        label: `$${(strike + 1 / 10 ** decimals).toLocaleString('en-US')} or above`,
        what: `the price of ${name} at ${clockTime(closeMs)} on ${longDate(closeMs)}`,
        floor: Number(strike.toFixed(decimals)),
      }),
    ),
    value: { kind: 'ladder', spot, deviation: step * 1.8, volatility: 0.02, strikes },
    activity: (code === 'BTC' ? 5 : 1.5) * random.exponential(1),
    edgeTicks: 0,
  }
}

/** Whether a coin ends the quarter of an hour above where it began: one market, soon over. */
export function planCoinQuarter(random: Random, nowMs: number): EventPlan {
  const [code, name, around, step] = random.pick(coins)
  const spot = around * (1 + random.normal() * 0.01)
  const closeMs = nextMultiple(nowMs, 15 * minuteMs)
  const target = Number(spot.toFixed(step < 1 ? 4 : 2))
  return {
    series: {
      ticker: `KX${code}15M`,
      title: `${name} price up or down in 15 minutes`,
      category: 'Crypto',
      frequency: 'fifteen_min',
      tags: [code, '15 minutes'],
    },
    tickerSuffix: tickerMinute(closeMs),
    title: `${name} price up in next 15 mins?`,
    subTitle: `${longDate(closeMs)}, ${clockTime(closeMs)}`,
    closeMs,
    settlementTimerS: 1,
    structure: 'tapered_deci_cent',
    markets: [
      above({
        suffix: String(new Date(closeMs).getUTCMinutes()).padStart(2, '0'),
        title: `${name} price up in next 15 mins?`,
        label: `Target: $${target.toLocaleString('en-US')}`,
        what: `the price of ${name} at ${clockTime(closeMs)}`,
        floor: target,
      }),
    ],
    value: { kind: 'ladder', spot, deviation: step * 0.6, volatility: 0.04, strikes: [target] },
    activity: 4,
    edgeTicks: 0,
  }
}
