import type { DeliveryResult } from './delivery.ts'
import type { ScenarioName } from './options.ts'
import type { Outcome } from './outcome.ts'

/** One line of what is promised, and what came of it. */
export type Claim = {
  readonly text: string
  readonly atMost: number
  readonly measured: number | undefined
  readonly verdict: 'holds' | 'broken' | 'not measured'
}

/** Of one scenario: what its claims look at, in ws-broadcast's outcome. */
type Promise = readonly [text: string, atMost: number, read: (outcome: Outcome) => number | undefined]

const lost = ({ verdict }: Outcome) => verdict.faults.lost
const doubled = ({ verdict }: Outcome) => verdict.faults.doubled
const stated = ({ verdict }: Outcome) => verdict.stated
const otherFaults = ({ verdict: { faults } }: Outcome) =>
  Object.values(faults).reduce((sum, count) => sum + count, 0) - faults.lost - faults.doubled

const promises: readonly (readonly [ScenarioName, readonly Promise[]])[] = [
  [
    'outage',
    [
      ['Redis away: undetected losses', 0, lost],
      ['Redis away: losses of log class after refill', 0, stated],
      ['Redis away: duplicates', 0, doubled],
      ['Redis away: order, places, values of trading_state', 0, otherFaults],
    ],
  ],
  [
    'chaos',
    [
      ['faults of every kind: lost, told or not', 0, (outcome) => lost(outcome) + stated(outcome)],
      ['faults of every kind: duplicates', 0, doubled],
      ['faults of every kind: order, places, values of trading_state', 0, otherFaults],
    ],
  ],
  [
    'stall',
    [
      ['stalled readers: losses that nobody was told of', 0, lost],
      ['stalled readers: duplicates', 0, doubled],
      ['stalled readers: order, places, values of trading_state', 0, otherFaults],
    ],
  ],
  [
    'storm',
    [
      ['reconnect storm: lost, told or not', 0, (outcome) => lost(outcome) + stated(outcome)],
      ['reconnect storm: duplicates', 0, doubled],
      ['reconnect storm: order and places', 0, otherFaults],
      [
        'reconnect storm: clients that were not sent all that they missed',
        0,
        (outcome) =>
          outcome.verdict.clients - (outcome.figures['sent all that they missed, as the server says'] ?? 0),
      ],
    ],
  ],
  [
    'rolling',
    [
      ['rolling restart: lost, told or not', 0, (outcome) => lost(outcome) + stated(outcome)],
      ['rolling restart: duplicates', 0, doubled],
      ['rolling restart: order, places, values of trading_state', 0, otherFaults],
      [
        'rolling restart: peak accept rate, × planned',
        1.3,
        ({ figures }) => figures['accepted at most, × planned'],
      ],
    ],
  ],
]

/** What was promised of deliveries, line by line. */
export function judge({ outcomes }: Pick<DeliveryResult, 'outcomes'>): readonly Claim[] {
  return promises.flatMap(([scenario, lines]) => {
    const outcome = outcomes.find((one) => one.scenario === scenario && one.subject === 'ws-broadcast')
    return lines.map(([text, atMost, read]): Claim => {
      const measured = outcome && read(outcome)
      if (measured === undefined) return { text, atMost, measured, verdict: 'not measured' }
      return { text, atMost, measured, verdict: measured <= atMost ? 'holds' : 'broken' }
    })
  })
}

/** The claims that do not hold, as sentences. What was not measured is not broken. */
export function brokenClaims(claims: readonly Claim[]): string[] {
  return claims
    .filter(({ verdict }) => verdict === 'broken')
    .map(({ text, atMost, measured }) => `${text}: ${measured}, promised ≤ ${atMost}`)
}
