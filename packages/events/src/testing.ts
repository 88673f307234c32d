export { epochMs, sampleAccount, sampleOrder, samplePosition } from './testing/account-samples.ts'
export { sampleOrderItem, samplePositionDetail, sampleTradingState } from './testing/trading-state-samples.ts'
