import { describe } from '@jest/globals'
import type { Bus, Notice } from '../bus.ts'
import { latestConformance } from './latest.ts'
import { leaseConformance } from './lease.ts'
import { logConformance } from './log.ts'
import { subscribeConformance } from './subscribe.ts'
import { tapeConformance } from './tape.ts'
import { workConformance } from './work.ts'

/** Buses that share one broker, fresh for each test. */
export type ConformanceBus = AsyncDisposable & {
  /** Opens another bus on the same broker, as another process would. */
  open(options?: { readonly instance?: string; readonly onNotice?: (notice: Notice) => void }): Promise<Bus>
}

/** What every bus must do. A broker is accepted only through this suite. */
export function busConformance(name: string, make: () => Promise<ConformanceBus>): void {
  describe(name, () => {
    logConformance(make)
    latestConformance(make)
    tapeConformance(make)
    subscribeConformance(make)
    leaseConformance(make)
    workConformance(make)
  })
}
