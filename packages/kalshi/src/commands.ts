/** Channels of the exchange's socket. The last three tell of the account behind the key. */
export type ExchangeChannel =
  | 'trade'
  | 'ticker'
  | 'orderbook_delta'
  | 'market_lifecycle_v2'
  | 'multivariate_market_lifecycle'
  | 'fill'
  | 'market_positions'
  | 'user_orders'

export type SubscribeOptions = {
  readonly channels: readonly ExchangeChannel[]
  /** Absent: every market of the exchange. */
  readonly marketTickers?: readonly string[]
  /** A `ticker` frame of each requested market right after the answer. */
  readonly sendInitialSnapshot?: boolean
  /** Later answers need not list all markets. */
  readonly skipTickerAck?: boolean
}

/** Each channel is answered by `subscribed`, or by `ok` where this connection has the channel already. */
export function subscribeCommand(id: number, options: SubscribeOptions): string {
  const { channels, marketTickers, sendInitialSnapshot, skipTickerAck } = options
  return JSON.stringify({
    id,
    cmd: 'subscribe',
    params: {
      channels,
      market_tickers: marketTickers === undefined ? undefined : some(marketTickers),
      send_initial_snapshot: sendInitialSnapshot,
      skip_ticker_ack: skipTickerAck,
      // Said aloud because the exchange has announced to change what silence means.
      use_yes_price: channels.includes('orderbook_delta') ? false : undefined,
    },
  })
}

/** Ends whole subscriptions, with all their markets. */
export function unsubscribeCommand(id: number, sids: readonly number[]): string {
  return JSON.stringify({ id, cmd: 'unsubscribe', params: { sids: some(sids) } })
}

export type UpdateOptions = {
  readonly sid: number
  /** `get_snapshot` is answered by snapshots that carry the command's id, on order books only. */
  readonly action: 'add_markets' | 'delete_markets' | 'get_snapshot'
  readonly marketTickers: readonly string[]
}

/** Changes the markets of a subscription, or asks for their books again. */
export function updateCommand(id: number, options: UpdateOptions): string {
  const { sid, action, marketTickers } = options
  return JSON.stringify({
    id,
    cmd: 'update_subscription',
    params: { sids: [sid], action, market_tickers: some(marketTickers) },
  })
}

/** Answered by `ok` with all subscriptions of the connection. */
export function listCommand(id: number): string {
  return JSON.stringify({ id, cmd: 'list_subscriptions' })
}

/** An empty list would mean everything to one command and nothing to another. */
function some<Item>(items: readonly Item[]): readonly Item[] {
  if (items.length === 0) throw new RangeError('The exchange needs at least one market or subscription here')
  return items
}
