import { setTimeout as wait } from 'node:timers/promises'
import { asyncApi } from '@whalecast/events/spec'
import { eventually } from '@whalecast/testkit'
import { openBenchRedis } from '../system/redis.ts'
import { openTarget, type Holding, type Target } from './open-target.ts'
import type { FuzzOptions } from './options.ts'
import { planSession } from './plan-session.ts'
import { createRandom } from './random.ts'
import { runSession } from './run-session.ts'
import { FuzzTally, type Tally } from './tally.ts'

/** Before it, first uses make the heap grow: code is compiled, pools fill. */
const warmUpShare = 0.1
/** The server gives back what nobody listens to after five seconds. */
const settleMs = 7_000
/** A port that was closed is not free at once; with more addresses there are more ports. */
const addresses = 16

export type FuzzResult = Tally & {
  readonly at: string
  readonly options: FuzzOptions
  readonly seconds: number
  readonly died: string | null
  readonly complaints: readonly string[]
  /** After the warm-up and at the end, each time once everybody has gone. */
  readonly holding: { readonly before: Holding; readonly after: Holding }
}

type Parts = { readonly say: (line: string) => void; readonly signal: AbortSignal }

/** Sends so many mutated frames to a real ws-broadcast, and compares each connection's end with what it has to be. */
export async function runFuzz(options: FuzzOptions, { say, signal }: Parts): Promise<FuzzResult> {
  await using redis = await openBenchRedis()
  await using target = await openTarget(redis.url)
  const startedMs = performance.now()
  const run = new FuzzRun(options, target)
  say(`${options.frames} mutated frames, seed ${options.seed}`)
  await run.until(Math.ceil(options.frames * warmUpShare), signal)
  const before = await settled(target)
  const report = setInterval(() => say(run.tally.line()), 15_000)
  try {
    await run.until(options.frames, signal)
  } finally {
    clearInterval(report)
  }
  const seconds = (performance.now() - startedMs) / 1_000
  const after = target.died === undefined ? await settled(target) : before
  return {
    at: new Date().toISOString(),
    options,
    seconds,
    ...run.tally.read(),
    died: target.died ?? null,
    complaints: target.complaints.slice(0, 20),
    holding: { before, after },
  }
}

/** What the server holds when nobody is connected any more, and what lingers has been given back. */
async function settled(target: Target): Promise<Holding> {
  await wait(settleMs)
  // The server's own connections to Redis stay.
  let last = await target.holding()
  await eventually(
    async () => {
      const { handles } = last
      last = await target.holding()
      return last.handles === handles
    },
    { timeoutMs: 10_000, everyMs: 500 },
  )
  return last
}

/** Connections side by side, each made from the seed and its number. */
class FuzzRun {
  readonly tally: FuzzTally
  readonly #options: FuzzOptions
  readonly #target: Target
  readonly #seeds: readonly object[]
  #next = 0

  constructor(options: FuzzOptions, target: Target) {
    this.#options = options
    this.#target = target
    this.tally = new FuzzTally()
    this.#seeds = Object.values(asyncApi('localhost').components.messages).flatMap(({ examples = [] }) =>
      examples.map(({ payload }) => payload),
    )
  }

  /** Goes on until so many frames have been sent in all. */
  async until(frames: number, signal: AbortSignal): Promise<void> {
    const worker = async () => {
      while (this.tally.frames < frames && this.#target.died === undefined) {
        signal.throwIfAborted()
        await this.#session(this.#next++)
      }
    }
    await Promise.all(Array.from({ length: this.#options.connections }, worker))
  }

  async #session(index: number): Promise<void> {
    const plan = planSession(this.#seeds, createRandom(this.#options.seed).fork(index))
    const where = { url: this.#target.url, localAddress: `127.0.0.${1 + (index % addresses)}` }
    try {
      this.tally.add(index, plan, await runSession(plan, where))
    } catch (error) {
      const problem = `it was not let in: ${error instanceof Error ? error.message : String(error)}`
      this.tally.add(index, plan, { ending: 'cut', problem, errors: [] })
    }
  }
}
