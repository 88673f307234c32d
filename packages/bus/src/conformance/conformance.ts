import { describe } from '@jest/globals'
import type { ConformanceBus } from './conformance-bus.ts'
import { latestConformance } from './latest.ts'
import { leaseConformance } from './lease.ts'
import { logConformance } from './log.ts'
import { subscribeConformance } from './subscribe.ts'
import { tapeConformance } from './tape.ts'
import { workConformance } from './work.ts'

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
