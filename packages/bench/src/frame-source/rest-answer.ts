const root = '/trade-api/v2/'

export type Answer = { readonly status: number; readonly body: unknown }

/** What the source's REST API answers: the markets it prints on, no history, and an exchange that is open. */
export function restAnswer(path: string, tickers: readonly string[]): Answer {
  const [first, second] = path.startsWith(root) ? path.slice(root.length).split('/') : []
  const known = second !== undefined && tickers.includes(second)
  if (first === 'exchange' && second === 'status') {
    return { status: 200, body: { exchange_active: true, trading_active: true } }
  }
  if (first === 'markets' && second === undefined) {
    return { status: 200, body: { markets: tickers.map(market), cursor: '' } }
  }
  if (first === 'markets' && second === 'trades') return { status: 200, body: { trades: [], cursor: '' } }
  if (first === 'markets' && known) return { status: 200, body: { market: market(second) } }
  if (first === 'events' && second === undefined) return { status: 200, body: { events: [], cursor: '' } }
  return { status: 404, body: { error: { code: 'not_found', message: 'not found' } } }
}

function market(ticker: string) {
  const event = ticker.slice(0, ticker.lastIndexOf('-'))
  return {
    ticker,
    event_ticker: event,
    market_type: 'binary',
    title: `Does ${event} end above ${ticker.slice(event.length + 2)}?`,
    yes_sub_title: `Above ${ticker.slice(event.length + 2)}`,
    no_sub_title: `Not above ${ticker.slice(event.length + 2)}`,
    status: 'active',
    close_time: '2030-01-01T00:00:00Z',
  }
}
