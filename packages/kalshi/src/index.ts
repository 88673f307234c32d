export { KalshiApiError } from './api-error.ts'
export {
  listCommand,
  subscribeCommand,
  unsubscribeCommand,
  updateCommand,
  type ExchangeChannel,
  type SubscribeOptions,
  type UpdateOptions,
} from './commands.ts'
export { exchangeEndpoints, type Endpoints } from './endpoints.ts'
export { ExchangeClock } from './exchange-clock.ts'
export { exchangeSocket, type ExchangeSocketOptions } from './exchange-socket.ts'
export type * from './frames.ts'
export { parseFrame } from './parse-frame.ts'
export {
  connectOrders,
  type KalshiOrders,
  type NewOrder,
  type OrderQuery,
  type OrdersOptions,
  type PlacedOrder,
} from './rest/connect-orders.ts'
export {
  connectRest,
  type ExchangeStatus,
  type KalshiRest,
  type MarketQuery,
  type RestOptions,
  type TradeQuery,
} from './rest/connect-rest.ts'
export type { PortfolioReads } from './rest/connect-portfolio.ts'
export type { ExchangeEvent } from './rest/directory.ts'
export { createSigner, KeyError, type Signer } from './signer.ts'
