export { DeliveryChecker, type CheckerOptions } from './delivery-checker.ts'
export { digestOf } from './digest.ts'
export type { ClientEvent, HistoryEvent, Place, PublisherEvent } from './history.ts'
export { faultKinds, type FaultKind, type Verdict } from './verdict.ts'
