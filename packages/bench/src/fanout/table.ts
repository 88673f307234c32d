import { spreadOf } from './statistics.ts'
import { promiseText, type Claim } from './verdict.ts'

export type Row = readonly string[]

/** The middle of what is read of the items, and its lowest and highest. Empty where nothing is. */
export function cell<Item>(
  items: readonly Item[],
  read: (item: Item) => number | undefined,
  { digits, unit }: { readonly digits: number; readonly unit: string },
): string {
  const found = spreadOf(items.map(read).filter((value) => value !== undefined))
  return found ? spread([found.median, found.min, found.max], digits) + unit : ''
}

/** What was promised beside what was measured. */
export function claimTable(claims: readonly Claim[]): string {
  return table(
    ['claim', 'promised', 'measured', 'rounds', 'verdict'],
    claims.map(({ text, promised, measured, verdict }) => [
      text,
      promiseText(promised),
      measured ? spread([measured.median, measured.min, measured.max], 2) : '',
      String(measured?.count ?? 0),
      verdict,
    ]),
  )
}

function spread([median, min, max]: readonly [number, number, number], digits: number): string {
  const text = (value: number) => value.toFixed(digits)
  return min === max ? text(median) : `${text(median)} (${text(min)} – ${text(max)})`
}

/** In Markdown. */
export function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
