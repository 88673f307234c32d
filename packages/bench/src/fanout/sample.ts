import { isDisturbed } from '../measure/quiet.ts'
import type { Shape } from './shapes.ts'

/** What was measured of one server at one rate. */
export type Sample = {
  readonly round: number
  readonly subject: string
  readonly shape: Shape
  /** Deliveries per second that were asked for. */
  readonly rate: number
  readonly seconds: number
  /** Deliveries within the window. */
  readonly delivered: number
  /** Deliveries that never came, of all that were asked for. */
  readonly lost: number
  readonly closed: Readonly<Record<string, number>>
  readonly p50Ms: number | undefined
  readonly p99Ms: number | undefined
  /** Of the server. */
  readonly cpuMicrosPerDelivery: number
  /** Share of a core, in per cent. */
  readonly cpuPercent: number
  readonly loaderPercent: number
  /** What everything else on this machine used, in per cent of one core; much of it makes the window worthless. */
  readonly otherCpuPercent: number | undefined
  readonly rssBytes: number
  /** The most that a message was printed after its time. */
  readonly feedLateMs: number
  /** Why the rate was not held; empty when it was. */
  readonly faults: readonly string[]
}

/** From here on a rate is not held. */
const worstP99Ms = 50
const leastDelivered = 0.97
const mostFeedLateMs = 200
const busyLoaderPercent = 95

/** Why a rate was not held. What lies at the loader or the feed is said too: it is no limit of the server. */
export function faultsOf(sample: Omit<Sample, 'faults'>): string[] {
  const { rate, seconds, delivered, lost, closed, p99Ms, loaderPercent, otherCpuPercent, feedLateMs } = sample
  const faults: string[] = []
  const closedCount = Object.values(closed).reduce((sum, count) => sum + count, 0)
  if (closedCount > 0) faults.push(`${closedCount} clients closed (${Object.keys(closed).join(', ')})`)
  if (lost > 0) faults.push(`${lost} lost`)
  if (delivered < rate * seconds * leastDelivered)
    faults.push(`${Math.round(delivered / seconds)}/s delivered`)
  if (p99Ms === undefined || p99Ms >= worstP99Ms) faults.push(`p99 ${p99Ms?.toFixed(0) ?? '?'} ms`)
  if (feedLateMs > mostFeedLateMs) faults.push(`the feed was ${Math.round(feedLateMs)} ms late`)
  if (faults.length > 0 && loaderPercent > busyLoaderPercent) faults.push('the loader was at its limit')
  if (faults.length > 0 && isDisturbed(otherCpuPercent))
    faults.push(`others used ${otherCpuPercent?.toFixed(0)} % of a core`)
  return faults
}
