import type { FanoutResult } from './fanout.ts'
import type { Shape } from './shapes.ts'
import { pairedRatios, spreadOf, type Spread } from './statistics.ts'

/** One line of what is promised, and what was measured of it: a ratio of two things of the same round. */
export type Claim = {
  readonly text: string
  readonly promised: { readonly atLeast: number } | { readonly atMost: number }
  readonly measured: Spread | undefined
  /** `not measured`: one of the two was left out. */
  readonly verdict: 'holds' | 'broken' | 'not measured'
}

type Measurements = Pick<FanoutResult, 'samples' | 'held' | 'idle' | 'stalls'> & {
  readonly options: { readonly stall: Pick<FanoutResult['options']['stall'], 'clients'> }
}
type ByRound = ReadonlyMap<number, number>

const ours = 'ws-broadcast'
const oursAt5 = 'ws-broadcast-5ms'
/** What may wait for one client, by the service's default. */
const clientBufferBytes = 1_048_576

/** What was promised of the fan-out, line by line. */
export function judge(result: Measurements): readonly Claim[] {
  const held = (subject: string) => byRound(result.held, subject, ({ rate }) => rate)
  const idle = (subject: string) =>
    byRound(result.idle, subject, ({ bytesPerConnection: bytes }) => Math.max(0, bytes))
  const cpu = (subject: string, shape: Shape, rate: number) => atRate(result, { subject, shape, rate }, 'cpu')
  const p99 = (subject: string, rate: number) => atRate(result, { subject, shape: 'single', rate }, 'p99')
  const stalled = result.stalls.filter(({ subject }) => subject === ours)
  const limitBytes = result.options.stall.clients * clientBufferBytes
  const highest = 'highest rate on one channel, p99 < 50 ms'
  return [
    claim(`${highest}: × uWebSockets.js`, { atLeast: 0.9 }, pairedRatios(held(ours), held('uws'))),
    claim(`${highest}: × Socket.IO`, { atLeast: 10 }, pairedRatios(held(ours), held('socket.io'))),
    claim(`${highest}: × plain ws loop`, { atLeast: 10 }, pairedRatios(held(ours), held('ws-loop'))),
    claim(
      `${highest}: × the predecessor's way`,
      { atLeast: 15 },
      pairedRatios(held(ours), held('predecessor')),
    ),
    claim(
      'CPU per delivery, one channel, 800 k/s, window 5 ms: × uWebSockets.js',
      { atMost: 0.85 },
      pairedRatios(cpu(oursAt5, 'single', 800_000), cpu('uws', 'single', 800_000)),
    ),
    claim(
      'CPU per delivery, 100 channels, 500 k/s, window 0: × uWebSockets.js',
      { atMost: 1.2 },
      pairedRatios(cpu(ours, 'many', 500_000), cpu('uws', 'many', 500_000)),
    ),
    claim(
      'CPU per delivery, 100 channels, 500 k/s, window 5 ms: × uWebSockets.js',
      { atMost: 0.9 },
      pairedRatios(cpu(oursAt5, 'many', 500_000), cpu('uws', 'many', 500_000)),
    ),
    claim(
      'p99, one channel, 50 k/s, window 0: × Socket.IO',
      { atMost: 0.7 },
      pairedRatios(p99(ours, 50_000), p99('socket.io', 50_000)),
    ),
    claim(
      'memory per idle connection: × Socket.IO',
      { atMost: 0.8 },
      pairedRatios(idle(ours), idle('socket.io')),
    ),
    claim(
      'p99 of the others while some stall: × before',
      { atMost: 1.5 },
      stalled.flatMap(({ p99Ms, p99BeforeMs }) =>
        p99Ms === undefined || p99BeforeMs === undefined ? [] : [p99Ms / p99BeforeMs],
      ),
    ),
    claim(
      'extra memory while some stall: × their limits',
      { atMost: 1.2 },
      stalled.map(({ extraBytes }) => extraBytes / limitBytes),
    ),
    claim(
      'messages that the others lost, and connections, while some stall',
      { atMost: 0 },
      stalled.map(({ healthyLost, healthyClosed }) => healthyLost + healthyClosed),
    ),
  ]
}

/** The claims that do not hold, as sentences. What was not measured is not broken. */
export function brokenClaims(claims: readonly Claim[]): string[] {
  return claims
    .filter(({ verdict }) => verdict === 'broken')
    .map(
      ({ text, promised, measured }) =>
        `${text}: ${measured?.median.toFixed(2)}, promised ${promiseText(promised)}`,
    )
}

export function promiseText(promised: Claim['promised']): string {
  return 'atLeast' in promised ? `≥ ${promised.atLeast}` : `≤ ${promised.atMost}`
}

/** Judges the middle of what was measured. */
export function claim(text: string, promised: Claim['promised'], ratios: readonly number[]): Claim {
  const measured = spreadOf(ratios)
  if (!measured) return { text, promised, measured, verdict: 'not measured' }
  const holds =
    'atLeast' in promised ? measured.median >= promised.atLeast : measured.median <= promised.atMost
  return { text, promised, measured, verdict: holds ? 'holds' : 'broken' }
}

function byRound<Item extends { readonly round: number; readonly subject: string }>(
  items: readonly Item[],
  subject: string,
  read: (item: Item) => number,
): ByRound {
  return new Map(items.filter((item) => item.subject === subject).map((item) => [item.round, read(item)]))
}

/**
 * Of rates that a peer did not deliver nothing is compared: what it left out cost it nothing. A rate that ws-broadcast
 * did not hold counts as infinitely dear: where both are busy all the time, CPU per delivery is the same for both.
 */
function atRate(
  { samples }: Measurements,
  of: { readonly subject: string; readonly shape: Shape; readonly rate: number },
  what: 'cpu' | 'p99',
): ByRound {
  const fitting = samples.filter(
    ({ shape, rate, seconds, delivered }) =>
      shape === of.shape && rate === of.rate && delivered >= 0.9 * rate * seconds,
  )
  return byRound(fitting, of.subject, ({ subject, faults, cpuMicrosPerDelivery, p99Ms }) => {
    if (what === 'p99') return p99Ms ?? Infinity
    return subject.startsWith(ours) && faults.length > 0 ? Infinity : cpuMicrosPerDelivery
  })
}
