export {
  BookKeeper,
  type BookKeeperOptions,
  type DeltaOutcome,
  type LossReason,
  type SnapshotOutcome,
} from './book-keeper.ts'
export type { BookCounts } from './book-counts.ts'
export type { BookState, KeptBook, StaleReason } from './kept-book.ts'
export type { Level, Side } from './ladder.ts'
export { type BookReader, OrderBook } from './order-book.ts'
export type { Taker, Walk } from './walk.ts'
