import { Ticker } from './ticker.tsx'

/** Which market, in two lines: its title where one is known, and below it the outcome and the ticker. */
export function Market(props: {
  readonly title: string | null
  readonly ticker: string
  readonly outcome?: string | null | undefined
  readonly block?: boolean
}) {
  const { title, ticker, outcome, block } = props
  return (
    <span className="market">
      {title !== null && (
        <span className="market-title" title={title}>
          {title}
        </span>
      )}
      <span className="market-sub">
        {outcome && <span className="market-outcome">{outcome}</span>}
        <Ticker ticker={ticker} />
        {block === true && <span className="tag">block</span>}
      </span>
    </span>
  )
}
