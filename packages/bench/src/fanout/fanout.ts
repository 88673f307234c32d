import { fileURLToPath } from 'node:url'
import { openChild } from '../child/open-child.ts'
import { inRoot } from '../system/root.ts'
import { thisMachine, type Machine } from '../measure/machine.ts'
import { openBenchRedis } from '../system/redis.ts'
import type { TradeFeedCalls } from './feed/feed-process.ts'
import type { LoaderCalls } from './loader/loader-process.ts'
import { measureSubject, profileSubject, type Measured } from './measure-subject.ts'
import type { Bench } from './measure-window.ts'
import type { FanoutOptions } from './options.ts'
import { keepFirstCoreFree } from './pinning.ts'
import { tickers } from './shapes.ts'
import { subjectKinds, type Launch, type SubjectKind } from './subjects.ts'

export type FanoutResult = Measured & {
  readonly at: string
  readonly options: FanoutOptions
  readonly machine: Machine & { readonly pinning: string; readonly redis: string }
  readonly subjects: readonly Pick<SubjectKind, 'id' | 'name' | 'windowMs' | 'feed'>[]
  /** Servers that could not be measured here, or not any more, and why. */
  readonly skipped: readonly { readonly subject: string; readonly why: string }[]
}

/** Measures how ws-broadcast and its peers deliver the same messages to the same clients, in interleaved rounds. */
export async function runFanout(
  options: FanoutOptions,
  { say, signal }: Pick<Bench, 'say' | 'signal'>,
): Promise<FanoutResult> {
  const pinning = keepFirstCoreFree()
  await using redis = await openBenchRedis()
  await using loader = openChild<LoaderCalls>(new URL('./loader/loader-process.js', import.meta.url))
  await using feed = openChild<TradeFeedCalls>(new URL('./feed/feed-process.js', import.meta.url))
  await feed.call('open', { redisUrl: redis.url, tickers })
  const bench = { loader, feed, redisPid: redis.pid, options, say, signal }

  const skipped = new Map<string, string>()
  const skip = (subject: string, error: unknown) => {
    signal.throwIfAborted()
    const [why = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    say(`${subject} is left out: ${why}`)
    skipped.set(subject, why)
  }
  const ready = new Map<SubjectKind, Launch>()
  for (const kind of subjectKinds.filter(({ id }) => options.subjects.includes(id)))
    await kind.prepare(redis.url).then(
      (launch) => ready.set(kind, launch),
      (error: unknown) => skip(kind.id, error),
    )

  const all: Measured[] = []
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const [kind, launch] of ready) {
      if (skipped.has(kind.id)) continue
      say(`round ${round} of ${options.rounds}: ${kind.id}`)
      try {
        all.push(await measureSubject(bench, { round, kind, launch, core: pinning.subject }))
      } catch (error) {
        // One server's failure is no reason to know nothing of the others.
        skip(kind.id, error)
        await loader.call('close', undefined)
      }
    }
  }
  for (const [kind, launch] of options.profile ? ready : [])
    if (kind.id === 'ws-broadcast') {
      const round = { round: 0, kind, launch, core: pinning.subject }
      all.push(await profileSubject(bench, round, fileURLToPath(inRoot('.results/bench/'))))
    }
  return {
    at: new Date().toISOString(),
    options,
    machine: { ...thisMachine(), pinning: pinning.text, redis: redis.version },
    subjects: [...ready.keys()].map(({ id, name, windowMs, feed: by }) => ({ id, name, windowMs, feed: by })),
    skipped: [...skipped].map(([subject, why]) => ({ subject, why })),
    samples: all.flatMap(({ samples }) => samples),
    held: all.flatMap(({ held }) => held),
    idle: all.flatMap(({ idle }) => idle),
    stalls: all.flatMap(({ stalls }) => stalls),
    profiles: all.flatMap(({ profiles }) => profiles),
  }
}
