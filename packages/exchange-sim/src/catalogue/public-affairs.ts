import type { Random } from '../flow/random.ts'
import type { Series } from '../venue/listing.ts'
import type { PriceStructure } from '../venue/price-grid.ts'
import { dayMs, longMonth, tickerMonth } from './dates.ts'
import type { EventPlan, MarketPlan } from './event-plan.ts'

type Choice = readonly [code: string, label: string, weight: number]

type Question = {
  readonly series: Series
  readonly suffix?: string
  readonly title: string
  readonly choices: readonly Choice[]
  readonly days: readonly [from: number, to: number]
  readonly structure?: PriceStructure
  readonly activity: number
}

const series = (ticker: string, title: string, category: string): Series => ({
  ticker,
  title,
  category,
  frequency: 'custom',
  tags: [category],
})

const states: readonly Choice[] = [
  ['GA', 'Georgia', 0.1],
  ['NC', 'North Carolina', 0.3],
  ['ME', 'Maine', 0.2],
  ['OH', 'Ohio', -0.6],
  ['MI', 'Michigan', 0.5],
  ['TX', 'Texas', -1.1],
  ['IA', 'Iowa', -0.8],
  ['NH', 'New Hampshire', 0.9],
]

const parties = (lean: number): readonly Choice[] => [
  ['D', 'Democratic party', lean],
  ['R', 'Republican party', 0],
]

const questions: readonly Question[] = [
  {
    series: series('KXFEDDECISION', 'Fed decision', 'Economics'),
    title: 'Fed decision in {month}?',
    choices: [
      ['H0', 'Fed maintains rate', 1.5],
      ['C25', 'Cut 25bps', 1.2],
      ['C26', 'Cut >25bps', -2.4],
      ['H25', 'Hike 25bps', -2.6],
      ['H26', 'Hike >25bps', -4],
    ],
    days: [4, 120],
    structure: 'deci_cent',
    activity: 5,
  },
  {
    series: series('CONTROLH', 'House winner', 'Politics'),
    title: 'Which party will win the House?',
    choices: parties(0.9),
    days: [30, 400],
    activity: 3,
  },
  {
    series: series('CONTROLS', 'Senate winner', 'Politics'),
    title: 'Which party will win the Senate?',
    choices: parties(-0.5),
    days: [30, 400],
    activity: 2.5,
  },
  ...states.map(([code, name, lean]): Question => ({
    series: series(`SENATE${code}`, `${name} Senate race`, 'Politics'),
    title: `Which party will win the ${name} Senate race?`,
    choices: parties(lean),
    days: [30, 400],
    activity: 0.8,
  })),
  {
    series: series('KXGOVSHUTLENGTH', 'Length of a government shutdown', 'Politics'),
    title: 'How long will the next government shutdown last?',
    choices: [
      ['D7', 'Under 7 days', 0.4],
      ['D21', '7 to 21 days', 0.6],
      ['D35', '22 to 35 days', -0.2],
      ['D36', 'Over 35 days', 0],
    ],
    days: [20, 90],
    activity: 1,
  },
  {
    series: series('KXOSCARPIC', 'Best picture', 'Entertainment'),
    title: 'Best picture at the next film awards?',
    choices: [
      ['LIG', 'The Lighthouse Ledger', 0.9],
      ['SAL', 'Salt and Cedar', 0.5],
      ['NOR', 'North of Nowhere', 0],
      ['PAP', 'Paper Harbor', -0.7],
      ['ELE', 'Eleven Winters', -1.6],
      ['GLA', 'The Glass Orchard', -3],
    ],
    days: [30, 150],
    structure: 'deci_cent',
    activity: 0.9,
  },
  {
    series: series('KXTOPALBUM', 'Top album', 'Entertainment'),
    title: 'Number one album in {month}?',
    choices: [
      ['MID', 'Midnight Ferry', 0.8],
      ['COP', 'Copper Sky', 0.3],
      ['VEL', 'Velvet Static', -0.4],
      ['OTH', 'Any other album', -0.2],
    ],
    days: [5, 30],
    activity: 0.6,
  },
]

/** A question of politics, policy or culture with a handful of answers. */
export function planQuestion(random: Random, nowMs: number): EventPlan {
  const question = random.pick(questions)
  const endMs = nowMs + random.integer(...question.days) * dayMs
  const title = question.title.replace('{month}', longMonth(endMs))
  return {
    series: question.series,
    tickerSuffix: tickerMonth(endMs),
    title,
    subTitle: `By ${longMonth(endMs)}`,
    closeMs: endMs,
    settlementTimerS: 300,
    structure: question.structure ?? 'linear_cent',
    markets: question.choices.map(([code, label]): MarketPlan => ({
      suffix: code,
      title,
      yesSubTitle: label,
      rules: `If the answer to "${title}" is ${label}, then the market resolves to Yes.`,
      strike: { type: 'structured' },
    })),
    value: {
      kind: 'exclusive',
      weights: question.choices.map(([, , weight]) => weight + random.normal() * 0.2),
      volatility: 0.008,
    },
    activity: question.activity * random.exponential(1),
    edgeTicks: question.structure === 'deci_cent' ? 3 : 0,
  }
}
