/**
 * A ticker that keeps its end: the last part says which outcome, so the middle is what gives way in a narrow
 * column. Tickers are names; nothing is read out of them but where to shorten.
 */
export function Ticker({ ticker }: { readonly ticker: string }) {
  const cut = Math.max(0, ticker.lastIndexOf('-'))
  return (
    <span className="ticker" title={ticker}>
      <span className="ticker-base">{ticker.slice(0, cut)}</span>
      <span className="ticker-leg">{ticker.slice(cut)}</span>
    </span>
  )
}
