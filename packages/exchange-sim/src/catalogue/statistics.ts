import type { Random } from '../flow/random.ts'
import type { Series } from '../venue/listing.ts'
import { dayMs, longMonth, tickerMonth } from './dates.ts'
import type { EventPlan } from './event-plan.ts'
import { above } from './threshold.ts'

type Statistic = {
  readonly series: Series
  readonly what: string
  readonly unit: string
  readonly centre: number
  readonly step: number
}

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
    unit: '',
    centre: 90_000,
    step: 25_000,
  },
  {
    series: economy('KXAAAGASM', 'US gas prices'),
    what: 'the average price of gas',
    unit: ' dollars',
    centre: 3.1,
    step: 0.05,
  },
]

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
        title: `Will ${what} be above ${number(strike)}${unit} in ${longMonth(releaseMs)}?`,
        label: `Above ${number(strike)}${unit}`,
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

function number(value: number): string {
  return value.toLocaleString('en-US')
}
