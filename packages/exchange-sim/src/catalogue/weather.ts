import type { Random } from '../flow/random.ts'
import { dayMs, hourMs, longDate, tickerDate } from './dates.ts'
import type { EventPlan, MarketPlan } from './event-plan.ts'

type City = readonly [code: string, name: string, mean: number]

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
