import type { Claim } from './claims.ts'
import type { DeliveryResult } from './delivery.ts'
import type { Outcome } from './outcome.ts'

type Row = readonly string[]

const whole = (value: number) => value.toLocaleString('en-US')
const figure = (value: number) => (Number.isInteger(value) ? whole(value) : value.toFixed(2))

/** The result as Markdown: the claims first, then what they rest on. */
export function toMarkdown(result: DeliveryResult, claims: readonly Claim[]): string {
  const { machine, options, outcomes, skipped } = result
  return [
    `${machine.cores} cores (${machine.cpu}), Node ${machine.node}, ${machine.platform}, load ${machine.load.toFixed(1)} before. Every publish, its answer and every event of every client is judged.`,
    ...(options.quick ? ['Quick: the scenarios work. Figures of a whole run are larger.'] : []),
    ...skipped.map(({ what, why }) => `Left out: ${what}: ${why}.`),
    table(
      ['claim', 'promised', 'measured', 'verdict'],
      claims.map(({ text, atMost, measured, verdict }) => [
        text,
        `≤ ${atMost}`,
        measured === undefined ? '' : figure(measured),
        verdict,
      ]),
    ),
    table(
      [
        'scenario',
        'server',
        'clients',
        'published, acknowledged',
        'entries seen',
        'lost, not told',
        'lost, told',
        'gaps told',
        'twice',
        'other faults',
        'values of trading_state',
      ],
      outcomes.map(row),
    ),
    ...outcomes
      .filter(({ figures }) => Object.keys(figures).length > 0)
      .map(({ scenario, subject, figures }) =>
        table(
          [`${scenario}, ${subject}`, ''],
          Object.entries(figures).map(([name, value]) => [name, figure(value)]),
        ),
      ),
    ...outcomes
      .filter(({ verdict }) => verdict.examples.length > 0)
      .map(
        ({ scenario, subject, verdict }) =>
          `${scenario}, ${subject}, the first faults:\n\n${verdict.examples
            .slice(0, 5)
            .map((line) => `- ${line}`)
            .join('\n')}`,
      ),
  ].join('\n\n')
}

function row({ scenario, subject, verdict }: Outcome): Row {
  const { clients, acknowledged, offered, seen, faults, stated, gaps, values } = verdict
  const owed = acknowledged * clients
  const { lost, doubled, ...others } = faults
  const percent = lost === 0 || owed === 0 ? '' : ` (${((100 * lost) / owed).toFixed(1)} %)`
  return [
    scenario,
    subject,
    whole(clients),
    `${whole(offered)}, ${whole(acknowledged)}`,
    whole(seen),
    `${whole(lost)}${percent}`,
    whole(stated),
    whole(gaps),
    whole(doubled),
    whole(Object.values(others).reduce((sum, count) => sum + count, 0)),
    values === 0 ? '' : whole(values),
  ]
}

function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
