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
export type * from './frames.ts'
export { parseFrame } from './parse-frame.ts'
export { createSigner, KeyError, type Signer } from './signer.ts'
