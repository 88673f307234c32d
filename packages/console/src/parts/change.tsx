import { formatChange, formatMoney, unknownText } from '../format.ts'

type Direction = 'up' | 'down' | 'none'

const directionOf = (value: number): Direction => (value > 0 ? 'up' : value < 0 ? 'down' : 'none')

/** A gain in green, a loss in red; what nobody knows is a dash. */
export function Gain({ cents }: { readonly cents: number | null }) {
  if (cents === null) return <span className="muted">{unknownText}</span>
  return (
    <span className="gain" data-direction={directionOf(cents)}>
      {formatChange(cents)}
    </span>
  )
}

/** What the newest sync changed, with an arrow; nothing where nothing changed or nothing is known. */
export function ChangeArrow({
  by,
  format = formatMoney,
}: {
  readonly by: number | undefined
  readonly format?: (value: number) => string
}) {
  if (by === undefined || by === 0) return null
  const direction = directionOf(by)
  return (
    <span className="arrow" data-direction={direction} title="changed with the newest sync">
      <span aria-hidden="true">{by > 0 ? '▲' : '▼'}</span>
      <span className="visually-hidden">{direction} by </span>
      {format(Math.abs(by))}
    </span>
  )
}
