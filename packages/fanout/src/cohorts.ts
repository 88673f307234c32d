import { Batch } from './batch.ts'
import type { OutFrame } from './frame.ts'
import { FrameLimiter, type FrameRates } from './frame-limiter.ts'

/** What a cohort keeps about its members. */
export type Member = {
  /** Where it stands among the members of its cohort. */
  place: number
  /** The first frame of the turn that is for it: those before came before it did. */
  from: number
}

/** What a member sees of its cohort. */
export type CohortTurn = {
  readonly hasTurn: boolean
  /** Frames above the rate that its members did not get, since it began. */
  readonly suppressed: number
  readonly conflated: number
  take(member: Member): readonly OutFrame[]
}

/**
 * All clients that listen to exactly the same feeds. They get the same frames, so a frame is queued once for all
 * of them, thinned once, and joined once: the cost of a message grows with the cohorts, that of a write with the clients.
 */
export class Cohort<Client extends Member> implements CohortTurn {
  readonly key: string
  readonly feeds: ReadonlySet<string>
  readonly members: Client[] = []
  /** Of all its feeds together. */
  readonly limiter: FrameLimiter
  suppressed = 0
  conflated = 0
  #turn: OutFrame[] = []

  constructor(key: string, feeds: ReadonlySet<string>, limiter: FrameLimiter) {
    this.key = key
    this.feeds = feeds
    this.limiter = limiter
  }

  get hasTurn(): boolean {
    return this.#turn.length > 0
  }

  /** Queues a frame for every member. True when it is the first of the turn. */
  push(frame: OutFrame): boolean {
    return this.#turn.push(frame) === 1
  }

  /** The turn's frames so far, as far as they are for this member; they count as taken by it. */
  take(member: Member): readonly OutFrame[] {
    const frames = member.from === 0 ? [...this.#turn] : this.#turn.slice(member.from)
    member.from = this.#turn.length
    return frames
  }

  /** Ends the turn; the members' places in it are theirs to reset. */
  endTurn(): Batch {
    const frames = this.#turn
    this.#turn = []
    return new Batch(frames)
  }

  join(member: Client): void {
    member.place = this.members.push(member) - 1
    member.from = this.#turn.length
  }

  /** The last member takes the place of the one that leaves, so the list stays dense. */
  leave(member: Client): void {
    const last = this.members.pop()
    if (!last || last === member) return
    this.members[member.place] = last
    last.place = member.place
  }
}

/** What is published under one name, and who listens. */
export class Feed<Client extends Member> {
  readonly name: string
  readonly cohorts: Cohort<Client>[] = []
  /** Of this feed alone, whoever listens to it. */
  readonly limiter: FrameLimiter

  constructor(name: string, limiter: FrameLimiter) {
    this.name = name
    this.limiter = limiter
  }

  leave(cohort: Cohort<Client>): void {
    const place = this.cohorts.indexOf(cohort)
    const last = this.cohorts.pop()
    if (last && last !== cohort) this.cohorts[place] = last
  }
}

export type CohortsOptions = {
  readonly rates: FrameRates
  /** A feed has its first listener, or has lost its last. */
  readonly onListened: (feed: string, listened: boolean) => void
}

/** The cohorts of this process: one for each set of feeds that somebody listens to. */
export class Cohorts<Client extends Member> {
  readonly #options: CohortsOptions
  readonly #byKey = new Map<string, Cohort<Client>>()
  readonly #feeds = new Map<string, Feed<Client>>()

  constructor(options: CohortsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#byKey.size
  }

  /** A feed that somebody listens to. */
  feed(name: string): Feed<Client> | undefined {
    return this.#feeds.get(name)
  }

  /** Every feed that is listened to, with the number of its listeners. */
  *listeners(): Iterable<readonly [feed: string, listeners: number]> {
    for (const { name, cohorts } of this.#feeds.values())
      yield [name, cohorts.reduce((sum, { members }) => sum + members.length, 0)]
  }

  /** The cohort of a set of feeds; whoever opens it joins it in the same turn. */
  open(names: ReadonlySet<string>, nowMs: number): Cohort<Client> {
    // No feed's name holds a line break: channels are words and tickers.
    const key = [...names].toSorted().join('\n')
    const known = this.#byKey.get(key)
    if (known) return known
    const { rates, onListened } = this.#options
    const made = new Cohort<Client>(key, names, new FrameLimiter(rates.all, nowMs))
    this.#byKey.set(key, made)
    for (const name of names) {
      const feed = this.#feeds.get(name)
      if (feed) feed.cohorts.push(made)
      else {
        const opened = new Feed<Client>(name, new FrameLimiter(rates.of(name), nowMs))
        opened.cohorts.push(made)
        this.#feeds.set(name, opened)
        onListened(name, true)
      }
    }
    return made
  }

  /** Gives a cohort back that nobody is in any more. */
  close(cohort: Cohort<Client>): void {
    if (cohort.members.length > 0 || !this.#byKey.delete(cohort.key)) return
    for (const name of cohort.feeds) {
      const feed = this.#feeds.get(name)
      feed?.leave(cohort)
      if (feed?.cohorts.length !== 0) continue
      this.#feeds.delete(name)
      this.#options.onListened(name, false)
    }
  }
}
