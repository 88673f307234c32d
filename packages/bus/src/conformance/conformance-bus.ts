import type { Bus, Notice } from '../bus.ts'

/** Buses that share one broker, fresh for each test. */
export type ConformanceBus = AsyncDisposable & {
  /** Opens another bus on the same broker, as another process would. */
  open(options?: { readonly instance?: string; readonly onNotice?: (notice: Notice) => void }): Promise<Bus>
}
