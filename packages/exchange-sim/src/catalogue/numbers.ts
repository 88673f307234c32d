import type { Random } from '../flow/random.ts'
import type { Series } from '../venue/listing.ts'
import {
  clockTime,
  dayMs,
  hourMs,
  longDate,
  longMonth,
  minuteMs,
  nextMultiple,
  tickerDate,
  tickerHour,
  tickerMinute,
  tickerMonth,
} from './dates.ts'
import type { EventPlan, MarketPlan } from './event-plan.ts'

type City = readonly [code: string, name: string, mean: number]
type Coin = readonly [code: string, name: string, spot: number, step: number]
type Statistic = {
  readonly series: Series
  readonly what: string
  readonly unit: string
  readonly centre: number
  readonly step: number
}

const cities: readonly City[] = [
  ['NY', 'New York City', 54],
  ['CHI', 'Chicago', 47],
  ['MIA', 'Miami', 81],
  ['AUS', 'Austin', 72],
  ['DEN', 'Denver', 52],
  ['PHIL', 'Philadelphia', 56],
  ['LAX', 'Los Angeles', 71],
  ['SEA', 'Seattle', 50],
]

const coins: readonly Coin[] = [
  ['BTC', 'Bitcoin', 114_250, 250],
  ['ETH', 'Ethereum', 4_120, 20],
  ['SOL', 'Solana', 205, 2],
  ['XRP', 'XRP', 2.6, 0.02],
]

const economy = (ticker: string, title: string): Series => ({
  ticker,
  title,
  category: 'Economics',
  frequency: 'monthly',
  tags: ['Macro'],
})

const statistics: readonly Statistic[] = [
  {
    series: economy('KXCPIYOY', 'CPI year over year'),
    what: 'CPI inflation over the year',
    unit: '%',
    centre: 2.9,
    step: 0.1,
  },
  {
    series: economy('KXU3', 'Unemployment rate'),
    what: 'the unemployment rate',
    unit: '%',
    centre: 4.3,
    step: 0.1,
  },
  {
    series: economy('KXPAYROLLS', 'Jobs numbers'),
    what: 'the change in payrolls',
    unit: ',000',
    centre: 90,
    step: 25,
  },
  {
    series: economy('KXAAAGASM', 'US gas prices'),
    what: 'the average price of gas',
    unit: ' dollars',
    centre: 3.1,
    step: 0.05,
  },
]

/** The highest temperature of a day in a city: two tails and four brackets of two degrees. */
export function planHighTemperature(random: Random, nowMs: number): EventPlan {
  const [code, city, mean] = random.pick(cities)
  const dayOf = Math.floor(nowMs / dayMs) * dayMs + random.integer(0, 4) * dayMs
  const centre = mean + Math.round(random.normal() * 5)
  const low = centre - 4
  const question = `Will the high temp in ${city} be`
  const rule = (bound: string) =>
    `If the highest temperature recorded in ${city} on ${longDate(dayOf)} is ${bound}, then the market resolves to Yes.`
  const tail = (type: 'less' | 'greater', at: number): MarketPlan => ({
    suffix: `T${at}`,
    title: `${question} ${type === 'less' ? '<' : '>'}${at}° on ${longDate(dayOf)}?`,
    yesSubTitle: type === 'less' ? `${at - 1}° or below` : `${at + 1}° or above`,
    rules: rule(`${type} than ${at}°`),
    strike: type === 'less' ? { type, cap: at } : { type, floor: at },
  })
  const bracket = (from: number): MarketPlan => ({
    suffix: `B${from}.5`,
    title: `${question} ${from}-${from + 1}° on ${longDate(dayOf)}?`,
    yesSubTitle: `${from}° to ${from + 1}°`,
    rules: rule(`between ${from}-${from + 1}°`),
    strike: { type: 'between', floor: from, cap: from + 1 },
  })
  return {
    series: {
      ticker: `KXHIGH${code}`,
      title: `Highest temperature in ${city}`,
      category: 'Climate and Weather',
      frequency: 'daily',
      tags: ['Daily temperature'],
    },
    tickerSuffix: tickerDate(dayOf),
    title: `Highest temperature in ${city} on ${longDate(dayOf)}?`,
    subTitle: `On ${longDate(dayOf)}`,
    closeMs: dayOf + dayMs + 5 * hourMs,
    settlementTimerS: 60,
    structure: 'linear_cent',
    markets: [
      tail('less', low),
      bracket(low),
      bracket(low + 2),
      bracket(low + 4),
      bracket(low + 6),
      tail('greater', low + 7),
    ],
    value: { kind: 'exclusive', weights: [-1.2, 0, 1, 1, 0, -1.2], volatility: 0.02 },
    activity: 0.8 * random.exponential(1),
    edgeTicks: 1,
  }
}

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

/** A published statistic of the economy: a ladder of thresholds. */
export function planStatistic(random: Random, nowMs: number): EventPlan {
  const { series, what, unit, centre, step } = random.pick(statistics)
  const releaseMs = nowMs + random.integer(2, 80) * dayMs
  const strikes = Array.from({ length: 7 }, (_, index) => Number((centre + (index - 3) * step).toFixed(2)))
  return {
    series,
    tickerSuffix: tickerMonth(releaseMs),
    title: `${series.title} in ${longMonth(releaseMs)}?`,
    subTitle: `In ${longMonth(releaseMs)}`,
    closeMs: releaseMs,
    settlementTimerS: 300,
    structure: 'linear_cent',
    markets: strikes.map((strike) =>
      above({
        suffix: `T${strike}`,
        title: `Will ${what} be above ${strike}${unit} in ${longMonth(releaseMs)}?`,
        label: `Above ${strike}${unit}`,
        what: `${what} for ${longMonth(releaseMs)}`,
        floor: strike,
      }),
    ),
    value: {
      kind: 'ladder',
      spot: centre + random.normal() * step,
      deviation: step * 1.4,
      volatility: 0.01,
      strikes,
    },
    activity: 0.7 * random.exponential(1),
    edgeTicks: 1,
  }
}

function above(plan: {
  suffix: string
  title: string
  label: string
  what: string
  floor: number
}): MarketPlan {
  const { suffix, title, label, what, floor } = plan
  return {
    suffix,
    title,
    yesSubTitle: label,
    rules: `If ${what} is above ${floor}, then the market resolves to Yes.`,
    strike: { type: 'greater', floor },
  }
}
